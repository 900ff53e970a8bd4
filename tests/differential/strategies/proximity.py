"""Strategies that build valid ClusteringModels, NearestNeighborModels and AnomalyDetectionModels,
with rows for them.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.corpus.anomaly_detection.documents import anomaly, forest, tree
from tests.corpus.clustering.documents import (
    affinities,
    array,
    clustering,
    output_field,
    ranks,
)
from tests.corpus.nearest_neighbor.documents import nearest_neighbor

__all__ = ["anomaly_models", "clustering_models", "nearest_neighbor_models", "rows"]

FIELDS = {
    "x": "continuous double",
    "y": "continuous double",
    "f": "continuous float",
    "i": "continuous integer",
    "b": "categorical boolean",
    "s": "categorical string",
    "u": "continuous double",
    "v": "continuous double",
    "t": "categorical string",
    "n": "categorical integer",
}
POOLS: dict[str, list[Any]] = {
    "x": [0.0, 1.0, -2.5, 0.3, 40.0],
    "y": [0.0, 0.7, 2.0, -1.0],
    "f": [0.0, 0.5, -1.25, 3.0],
    "i": [0, 1, 2, -3],
    "b": [True, False],
    "s": ["k", "l", "m"],
}
NUMBERS = ("x", "y", "f", "i")
BINARY = ("x", "i", "b")

numbers = st.sampled_from([-2.0, -0.5, 0.0, 0.25, 0.3, 1.5, 3.0])
weights = st.sampled_from([1.0, 1.0, 0.5, 2.0, 3.7])
functions = st.sampled_from(["", "", "absDiff", "delta", "equal"])
distances = st.sampled_from(
    [
        "<euclidean/>",
        "<squaredEuclidean/>",
        "<cityBlock/>",
        "<chebychev/>",
        '<minkowski p-parameter="3"/>',
        '<minkowski p-parameter="1.7"/>',
        '<minkowski p-parameter="2"/>',
    ]
)


@st.composite
def similarities(draw: st.DrawFn) -> str:
    kind = draw(st.sampled_from(["simpleMatching", "jaccard", "tanimoto", "binarySimilarity"]))
    if kind != "binarySimilarity":
        return f"<{kind}/>"
    parameters = " ".join(
        f'{letter}{pair}-parameter="{draw(st.sampled_from([0.5, 1, 2, 3.5]))}"'
        for letter in "cd"
        for pair in ("00", "01", "10", "11")
    )
    return f"<binarySimilarity {parameters}/>"


@st.composite
def rows(draw: st.DrawFn, *, binary: bool = False, missing: bool = True) -> dict[str, list[Any]]:
    """A table of all inputs."""
    size = draw(st.integers(1, 12))
    table = {}
    for name, pool in POOLS.items():
        values = [item for item in pool if item in (0, 1)] if binary and name != "s" else pool
        choice = st.sampled_from([None, *values] if missing and draw(st.booleans()) else values)
        table[name] = [draw(choice) for _ in range(size)]
    return table


@st.composite
def clustering_models(draw: st.DrawFn, *, binary: bool = False) -> bytes:
    """A centre-based model over some of the fields."""
    names = draw(st.lists(st.sampled_from(BINARY if binary else NUMBERS), min_size=1, unique=True))
    attributes = {}
    for name in names:
        # JPMML has no equality of an integer and a center that is not whole.
        function = "" if binary else draw(functions)
        function = "absDiff" if name == "i" else function
        own = f'compareFunction="{function}"' if function else ""
        if not binary and draw(st.integers(0, 4)) == 0:
            own = 'compareFunction="gaussSim" similarityScale="1.5"'
        attributes[name] = f'fieldWeight="{draw(weights)}" {own}'
    count = draw(st.integers(1, 5))
    items = st.sampled_from([0, 1]) if binary else numbers
    clusters, ids = "", []
    for at in range(1, count + 1):
        named = draw(st.booleans())
        ids.append(f"c{at}" if named else str(at))
        identity = f'id="c{at}" name="the {at}"' if named else ""
        center = array([draw(items) for _ in names], "int" if binary else "real")
        clusters += f"<Cluster {identity}>{center}</Cluster>"
    more = ""
    if draw(st.booleans()) and not binary:
        more = f"<MissingValueWeights>{array([draw(weights) for _ in names])}</MissingValueWeights>"
    output = affinities(*ids) + ranks(count)
    output += output_field("display", "predictedDisplayValue", kind="string")
    return clustering(
        clusters,
        draw(similarities()) if binary else draw(distances),
        fields={name: FIELDS[name] for name in POOLS},
        attributes=attributes,
        kind="similarity" if binary else "distance",
        default=draw(st.sampled_from(["", "", 'compareFunction="equal"'])),
        output=output,
        more=more,
        model=draw(st.sampled_from(["", "", 'x-mathContext="float"'])),
    )


@st.composite
def nearest_neighbor_models(draw: st.DrawFn, *, binary: bool = False) -> bytes:
    """A model over some of the fields, with one target or several."""
    choice = BINARY if binary else (*NUMBERS, "s")
    names = draw(st.lists(st.sampled_from(choice), min_size=1, unique=True))
    size = draw(st.integers(2, 24))
    table: dict[str, list[Any]] = {}
    inputs = {}
    for name in names:
        pool = [item for item in POOLS[name] if not binary or item in (0, 1)]
        cells = [draw(st.sampled_from(pool)) for _ in range(size)]
        table[name] = [str(cell).lower() if isinstance(cell, bool) else cell for cell in cells]
        function = draw(st.sampled_from(["delta", "equal"])) if name == "s" else draw(functions)
        own = f'compareFunction="{function}"' if function and not binary else ""
        inputs[name] = f'fieldWeight="{draw(weights)}" {own}'
    targets = draw(st.lists(st.sampled_from("uvtn"), min_size=1, max_size=3, unique=True))
    for name in targets:
        values: list[Any] = [0.5, 1.0, -2.0, 7.25]
        if name in ("t", "n"):
            values = ["p", "q", "r"] if name == "t" else [1, 2, 10]
        table[name] = [draw(st.sampled_from(values)) for _ in range(size)]
    table["id"] = [f"r{at}" for at in range(1, size + 1)]
    neighbors = draw(st.integers(1, min(size, 6)))
    methods = ("average", "median") if binary else ("average", "median", "weightedAverage")
    method = draw(st.sampled_from(methods))
    # JPMML takes no median in single precision.
    single = "" if method == "median" else 'x-mathContext="float"'
    votes = ("majorityVote",) if binary else ("majorityVote", "weightedMajorityVote")
    more = f' targetField="{targets[0]}"' if len(targets) > 1 else ""
    output = "".join(
        output_field(f"e{at}", "entityId", f'rank="{at}"{more}', "string")
        for at in range(1, neighbors + 1)
    )
    if targets[0] == "t":
        # Of a target of numbers, JPMML reads the id as a number.
        output += output_field("a", "affinity", f'value="r2"{more}')
    return nearest_neighbor(
        table,
        FIELDS,
        inputs,
        targets,
        function=draw(st.sampled_from(["mixed", "regression", "classification"])),
        neighbors=neighbors,
        measure=draw(similarities()) if binary else draw(distances),
        kind="similarity" if binary else "distance",
        output=output,
        schema=dict.fromkeys(POOLS, ""),
        model=(
            f'continuousScoringMethod="{method}" '
            f'categoricalScoringMethod="{draw(st.sampled_from(votes))}" '
            f'threshold="{draw(st.sampled_from([0.001, 0.5]))}" instanceIdVariable="id" '
            + draw(st.sampled_from(["", "", single]))
        ),
    )


@st.composite
def anomaly_models(draw: st.DrawFn) -> bytes:
    """A forest of path lengths, a clustering, or a forest as it is."""
    fields = {"x": FIELDS["x"]}
    algorithm = draw(st.sampled_from(["iforest", "clusterMeanDist", "other"]))
    output = output_field("score", "predictedValue")
    if algorithm == "clusterMeanDist":
        count = draw(st.integers(1, 3))
        clusters = "".join(f"<Cluster>{array([draw(numbers)])}</Cluster>" for _ in range(count))
        inside = (
            clustering(clusters, draw(distances), fields=fields)
            .decode()
            .partition("</DataDictionary>")[2]
            .removesuffix("</PMML>")
        )
        means = array([draw(weights) for _ in range(count)])
        more = f"<MeanClusterDistances>{means}</MeanClusterDistances>"
        return anomaly(inside, algorithm, fields, more=more, output=output)
    trees = [
        tree(draw(numbers), draw(st.integers(1, 9)), draw(st.integers(1, 9)))
        for _ in range(draw(st.integers(1, 4)))
    ]
    size = f'sampleDataSize="{draw(st.sampled_from([3, 5, 256, 1000]))}"'
    return anomaly(forest(*trees), algorithm, fields, model=size, output=output)

"""ClusteringModels as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.corpus.cells import document

__all__ = ["NUMBERS", "affinities", "array", "clustering", "output_field", "ranks"]

NUMBERS: Mapping[str, str] = {"x": "continuous double", "y": "continuous double"}


def array(values: Sequence[object], type: str = "real") -> str:
    """An Array of values."""
    return f'<Array n="{len(values)}" type="{type}">{" ".join(map(str, values))}</Array>'


def output_field(name: str, feature: str, more: str = "", kind: str = "double") -> str:
    """An OutputField; `more` are further attributes."""
    optype = "continuous" if kind == "double" else "categorical"
    return (
        f'<OutputField name="{name}" optype="{optype}" dataType="{kind}" feature="{feature}" '
        f"{more}/>"
    )


def affinities(*ids: str) -> str:
    """The affinity of each cluster, named ``a(id)``."""
    return "".join(output_field(f"a({name})", "affinity", f'value="{name}"') for name in ids)


def ranks(count: int) -> str:
    """Cluster and affinity by rank: ``e1``, ``r1``, ``e2`` ..."""
    return "".join(
        output_field(f"e{at}", "entityId", f'rank="{at}"', "string")
        + output_field(f"r{at}", "affinity", f'rank="{at}"')
        for at in range(1, count + 1)
    )


def clustering(
    clusters: str,
    measure: str = "<euclidean/>",
    *,
    fields: Mapping[str, str] = NUMBERS,
    attributes: Mapping[str, str] | None = None,
    inside: Mapping[str, str] | None = None,
    kind: str = "distance",
    default: str = "",
    output: str = "",
    more: str = "",
    local: str = "",
    model: str = "",
    model_class: str = "centerBased",
    version: str = "4.4",
) -> bytes:
    """A document; `attributes` and `inside` are of the ClusteringFields, `more` what comes after
    them, `model` further attributes of the model.
    """
    names = list(fields) if attributes is None else list(attributes)
    schema = "".join(f'<MiningField name="{name}"/>' for name in fields)
    own = "".join(
        f'<ClusteringField field="{name}" {(attributes or {}).get(name, "")}>'
        f"{(inside or {}).get(name, '')}</ClusteringField>"
        for name in names
    )
    body = (
        f'<ClusteringModel functionName="clustering" modelClass="{model_class}" '
        f'numberOfClusters="{clusters.count("<Cluster ") + clusters.count("<Cluster>")}" {model}>'
        f"<MiningSchema>{schema}</MiningSchema>"
        + (f"<Output>{output}</Output>" if output else "")
        + (f"<LocalTransformations>{local}</LocalTransformations>" if local else "")
        + f'<ComparisonMeasure kind="{kind}" {default}>{measure}</ComparisonMeasure>'
        + f"{own}{more}{clusters}</ClusteringModel>"
    )
    return document(body, fields, version)

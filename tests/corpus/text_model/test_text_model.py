"""TextModel: one cell for each attribute value that changes a result.

No engine evaluates it. The expected values come from the formulas of the specification, written
out here for single vectors with plain arithmetic.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from tests.corpus.cells import FAILS, check, document

TERMS = ("sun", "moon", "star")
COUNTS = {
    "d1": (3.0, 0.0, 1.0),
    "d2": (0.0, 2.0, 1.0),
    "d3": (1.0, 1.0, 0.0),
    "d4": (0.0, 0.0, 2.0),
}
OUTPUT = "".join(
    f'<OutputField name="{feature}{rank}" feature="{feature}" rank="{rank}" dataType="{type}"'
    ' optype="categorical"/>'
    for feature, type in (("entityId", "string"), ("affinity", "double"))
    for rank in (1, 2, 4, 5)
)
OUTPUT += (
    '<OutputField name="of d2" feature="affinity" value="d2" dataType="double"'
    ' optype="continuous"/>'
)


def model(
    normalization: str = "",
    similarity: str = "cosine",
    fields: str = "text",
    matrix: str | None = None,
    terms: tuple[str, ...] = TERMS,
) -> bytes:
    names = ["text"] if fields == "text" else list(terms)
    kinds = {
        name: "categorical string" if name == "text" else "continuous double" for name in names
    }
    rows = "".join(
        f'<Array type="real" n="3">{" ".join(map(str, row))}</Array>' for row in COUNTS.values()
    )
    if similarity:
        similarity = f'<TextModelSimiliarity similarityType="{similarity}"/>'
    schema = "".join(f'<MiningField name="{name}"/>' for name in names)
    body = (
        '<TextModel functionName="clustering" numberOfTerms="3" numberOfDocuments="4">'
        f"<MiningSchema>{schema}</MiningSchema><Output>{OUTPUT}</Output>"
        f'<TextDictionary><Array type="string" n="3">{" ".join(terms)}</Array></TextDictionary>'
        f"<TextCorpus>{''.join(f'<TextDocument id={chr(34)}{name}{chr(34)}/>' for name in COUNTS)}"
        f"</TextCorpus><DocumentTermMatrix><Matrix>{matrix or rows}</Matrix></DocumentTermMatrix>"
        f"{normalization}{similarity}</TextModel>"
    )
    return document(body, kinds)


def normalization(local: str, global_: str, documents: str = "none") -> str:
    return (
        f'<TextModelNormalization localTermWeights="{local}" globalTermWeights="{global_}"'
        f' documentNormalization="{documents}"/>'
    )


LOCAL: dict[str, Callable[[float, float], float]] = {
    "termFrequency": lambda n, most: n,
    "binary": lambda n, most: float(n > 0),
    "logarithmic": lambda n, most: math.log10(1 + n),
    "augmentedNormalizedTermFrequency": lambda n, most: 0.5 * ((n > 0) + n / most) if most else 0.0,
}
COLUMNS = list(zip(*COUNTS.values(), strict=True))
GLOBAL: dict[str, Callable[[tuple[float, ...]], float]] = {
    "inverseDocumentFrequency": lambda f: math.log(4 / sum(n > 0 for n in f)),
    "none": lambda f: 1.0,
    "GFIDF": lambda f: sum(f) / sum(n > 0 for n in f),
    "normal": lambda f: 1 / math.sqrt(sum(n * n for n in f)),
    "probabilisticInverse": lambda f: math.log((4 - sum(n > 0 for n in f)) / sum(n > 0 for n in f)),
}


def vector(counts: tuple[float, ...], local: str, global_: str, documents: str) -> list[float]:
    most = max(counts)
    found = [
        LOCAL[local](n, most) * GLOBAL[global_](column)
        for n, column in zip(counts, COLUMNS, strict=True)
    ]
    length = math.sqrt(math.fsum(x * x for x in found))
    return [x / length for x in found] if documents == "cosine" and length else found


def expected(
    counts: tuple[float, ...], local: str, global_: str, documents: str, similarity: str
) -> dict[str, Any]:
    text = vector(counts, local, global_, documents)
    scores = {}
    for name, row in COUNTS.items():
        other = vector(row, local, global_, documents)
        if similarity == "euclidean":
            scores[name] = math.dist(text, other)
            continue
        lengths = math.hypot(*text) * math.hypot(*other)
        dot = math.fsum(x * y for x, y in zip(text, other, strict=True))
        scores[name] = dot / lengths if lengths else 0.0
    order = sorted(scores, key=lambda name: scores[name] * (1 if similarity == "euclidean" else -1))
    result: dict[str, Any] = {"of d2": scores["d2"], "entityId5": None, "affinity5": None}
    for rank in (1, 2, 4):
        result[f"entityId{rank}"] = order[rank - 1]
        result[f"affinity{rank}"] = scores[order[rank - 1]]
    return result


# A tie would be decided by the last bits of the sums; this text has none.
TEXT, NUMBERS = "Sun, sun sun! The moon.", (3.0, 1.0, 0.0)

CASES = [
    *((local, "none", "none", "cosine") for local in LOCAL),
    *((local, "none", "none", "euclidean") for local in LOCAL),
    *(("termFrequency", global_, "none", "cosine") for global_ in GLOBAL if "prob" not in global_),
    *(("termFrequency", global_, "none", "euclidean") for global_ in GLOBAL),
    *(("logarithmic", "GFIDF", "cosine", similarity) for similarity in ("cosine", "euclidean")),
    ("termFrequency", "none", "cosine", "euclidean"),
]


@pytest.mark.parametrize(("local", "global_", "documents", "similarity"), CASES)
def test_weights_and_similarities(
    local: str, global_: str, documents: str, similarity: str
) -> None:
    found = model(normalization(local, global_, documents), similarity)
    wanted = expected(NUMBERS, local, global_, documents, similarity)
    check(found, [{"text": TEXT}], {name: [value] for name, value in wanted.items()}, relative=1e-9)


def test_defaults() -> None:
    # No normalization: frequency times ln(N / n), no length; no similarity: cosine.
    wanted = expected(NUMBERS, "termFrequency", "inverseDocumentFrequency", "none", "cosine")
    for found in (model("", ""), model("<TextModelNormalization/>", "cosine")):
        check(found, [{"text": TEXT}], {name: [value] for name, value in wanted.items()})


def test_a_field_for_each_term() -> None:
    wanted = expected(NUMBERS, "termFrequency", "none", "none", "cosine")
    found = model(normalization("termFrequency", "none"), "cosine", "terms")
    rows: list[dict[str, Any]] = [
        {"sun": 3.0, "moon": 1.0, "star": 0.0},
        {"sun": 3.0, "moon": 1.0, "star": None},
        {"sun": None, "moon": None, "star": None},
        {"sun": -1.0, "moon": 0.0, "star": 0.0},
    ]
    check(
        found,
        rows,
        {name: [value, value, None, FAILS] for name, value in wanted.items()},
    )


def test_texts_without_a_result() -> None:
    # Nothing in common with the dictionary: no direction. A distance there is all the same.
    rows: list[dict[str, Any]] = [{"text": None}, {"text": "comet"}, {"text": "star"}]
    found = model(normalization("termFrequency", "none"))
    check(found, rows, {"entityId1": [None, None, "d4"], "affinity1": [None, None, 1.0]})
    found = model(normalization("termFrequency", "none"), "euclidean")
    check(found, rows, {"entityId1": [None, "d3", "d4"], "affinity1": [None, math.sqrt(2), 1.0]})


def test_ties_go_to_the_first_document() -> None:
    rows = [{"text": "sun moon star"}]
    zeros = "".join('<Array type="int" n="3">1 1 1</Array>' for _ in COUNTS)
    found = model(normalization("termFrequency", "none"), matrix=zeros)
    check(found, rows, {"entityId1": ["d1"], "entityId2": ["d2"], "entityId4": ["d4"]})


def test_matrix_by_cells() -> None:
    cells = "".join(
        f'<MatCell row="{row}" col="{column}">{value}</MatCell>'
        for row, values in enumerate(COUNTS.values(), 1)
        for column, value in enumerate(values, 1)
        if value
    )
    wanted = expected(NUMBERS, "termFrequency", "none", "none", "cosine")
    found = model(normalization("termFrequency", "none"), matrix=cells)
    check(found, [{"text": TEXT}], {"entityId1": [wanted["entityId1"]], "of d2": [wanted["of d2"]]})


def test_terms_of_several_words() -> None:
    found = model(
        normalization("termFrequency", "none"), terms=("sun", "&quot;full moon&quot;", "star")
    )
    check(found, [{"text": "full moon, full moon star"}], {"entityId1": ["d2"]})

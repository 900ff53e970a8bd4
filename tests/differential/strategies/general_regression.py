"""Strategies that build valid GeneralRegressionModels, with rows for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from tests.corpus.general_regression.documents import (
    FIELDS,
    categories,
    cells,
    contrast,
    general,
    predictors,
    probabilities,
    stratum,
    tables,
)

__all__ = ["general_regressions", "rows"]

POOLS: Mapping[str, list[Any]] = {
    "x": [None, 0.0, 1.0, -2.5, 0.3, 4.0],
    "z": [None, 0.0, 0.5, 1.25, 3.0, 7.0],
    "n": [None, 0, 1, 2, -3],
    "s": [None, "a", "b", "c"],
    "b": [None, True, False],
}
LABELS = ("p", "q", "r")
LINKS = (
    "identity",
    "log",
    "logc",
    "logit",
    "probit",
    "cloglog",
    "loglog",
    'negbin" distParameter="0.7',
    'oddspower" linkParameter="0',
    'oddspower" linkParameter="0.5',
    'power" linkParameter="0',
    'power" linkParameter="0.5',
    'power" linkParameter="-1',
)
MATRICES = (
    contrast("s", categories("a", "b", "c"), "1 0 0.5", "-1 2 0", "0.25 3 1"),
    contrast("s", categories("c", "a", "b"), "1 0 0", "0 1 0", "-1 -1 1"),
)

numbers = st.sampled_from([-2.0, -0.5, 0.0, 0.1, 0.3, 1.0, 1.5])


@st.composite
def _products(draw: st.DrawFn) -> list[tuple[str, str, str]]:
    """PPCells of parameters p1 to p3; p0 has none."""
    found = []
    for parameter in ("p1", "p2", "p3"):
        names = draw(st.lists(st.sampled_from(["x", "z", "n", "s", "b"]), max_size=2, unique=True))
        for name in names:
            value = draw(st.sampled_from(["1", "1", "2", "3"]))
            if name in "sb":
                value = draw(st.sampled_from(["a", "b", "c"] if name == "s" else ["true", "false"]))
            found.append((value, name, parameter))
    return found


@st.composite
def _betas(draw: st.DrawFn, *category: str) -> list[tuple[Any, ...]]:
    parameters = draw(
        st.lists(st.sampled_from(["p0", "p1", "p2", "p3"]), min_size=1, max_size=4, unique=True)
    )
    return [(name, draw(numbers), *category) for name in parameters]


@st.composite
def general_regressions(draw: st.DrawFn) -> bytes:
    """Build a document over the fields of `rows`; the target is y."""
    common: dict[str, Any] = {
        "ppcells": draw(_products()),
        "parameters": ("p0", "p1", "p2", "p3"),
        "factors": draw(st.sampled_from([predictors("s"), *MATRICES])) + predictors("b"),
        "covariates": predictors("x", "z", "n"),
    }
    kind = draw(st.sampled_from(["linear", "generalized", "binary", "multi", "ordinal", "cox"]))
    if kind == "linear":
        attributes = 'modelType="' + draw(st.sampled_from(["regression", "generalLinear"])) + '"'
        return general(attributes, draw(_betas()), **common)
    if kind == "generalized":
        link = draw(st.sampled_from(LINKS))
        more = draw(st.sampled_from(["", 'offsetValue="0.5"', 'offsetVariable="z"']))
        more += draw(st.sampled_from(["", ' trialsValue="3"', ' trialsVariable="n"']))
        attributes = f'modelType="generalizedLinear" linkFunction="{link}" {more}'
        return general(attributes, draw(_betas()), **common)
    if kind == "cox":
        return draw(_cox(common))
    return draw(_classification(kind, common))


@st.composite
def _classification(draw: st.DrawFn, kind: str, common: dict[str, Any]) -> bytes:
    labels = LABELS[:2] if kind == "binary" else LABELS
    fields = {**FIELDS, "y": f"categorical string: {' '.join(labels)}"}
    kept = list(labels[:-1])
    if kind == "ordinal":
        link = draw(st.sampled_from(["logit", "probit", "cloglog", "loglog", "cauchit"]))
        attributes = f'modelType="ordinalMultinomial" cumulativeLink="{link}"'
        pcells = [("p0", draw(numbers), label) for label in kept] + draw(_betas())
        fields["y"] = fields["y"].replace("categorical", "ordinal")
    else:
        kept = list(labels)
        kept.remove(draw(st.sampled_from(labels)))
        attributes = 'modelType="multinomialLogistic"'
        if kind == "binary" and draw(st.booleans()):
            link = draw(st.sampled_from(["logit", "probit", "cloglog", "loglog"]))
            attributes = f'modelType="generalizedLinear" linkFunction="{link}"'
        pcells = [cell for label in kept for cell in draw(_betas(label))]
    return general(
        attributes,
        pcells,
        function="classification",
        head=probabilities(*labels),
        fields=fields,
        **common,
    )


@st.composite
def _cox(draw: st.DrawFn, common: dict[str, Any]) -> bytes:
    parameters = [
        f'<Parameter name="{name}" referencePoint="{draw(numbers)}"/>'
        for name in common.pop("parameters")
    ]
    attributes = 'modelType="CoxRegression" endTimeVariable="z"'
    if draw(st.booleans()):
        attributes += ' baselineStrataVariable="s"'
        more = tables(stratum("a", 5, (0.5, 0.1), (2, 0.3)) + stratum("b", 2, (0.1, 0.7)))
    else:
        more = tables(cells((0.5, 0.2), (1.25, 0.25), (5, 4)), 'maxTime="6"')
    return general(attributes, draw(_betas()), parameters=parameters, more=more, **common)


def rows() -> st.SearchStrategy[dict[str, list[Any]]]:
    """Tables of some rows, by column."""
    row = st.fixed_dictionaries({name: st.sampled_from(pool) for name, pool in POOLS.items()})
    return st.lists(row, min_size=4, max_size=20).map(
        lambda items: {name: [item[name] for item in items] for name in POOLS}
    )

"""Rows equal columns, whatever else is in the table; independent computations."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pmmlkit
from pmmlkit.language.models.general_regression import uncertainty
from tests.corpus.general_regression.documents import (
    CATEGORIES,
    FIELDS,
    contrast,
    general,
    output,
    predictors,
    probabilities,
)

NAMES = ("x", "z", "n", "s", "b")
POOLS: dict[str, list[Any]] = {
    "x": [None, 0.0, 1.1, -2.3, 0.1, 17.77, 1e6],
    "z": [None, 0.3, 2.7, -0.123],
    "n": [None, 0, 1, -7],
    "s": [None, "a", "b", "c"],
    "b": [None, True, False],
}
rows = st.lists(
    st.fixed_dictionaries({name: st.sampled_from(pool) for name, pool in POOLS.items()}),
    min_size=1,
    max_size=12,
)
PRODUCTS = (
    ("1", "x", "p1"),
    ("2", "z", "p2"),
    ("a", "s", "p3"),
    ("b", "s", "p4"),
    ("true", "b", "p5"),
    ("1", "n", "p6"),
    ("c", "s", "p7"),
    ("1", "x", "p7"),
)
BETAS = (0.1, -0.7, 0.33, 1.9, -0.05, 0.77, 1e-3, 0.2)
MORE: dict[str, Any] = {
    "factors": predictors("s", "b"),
    "covariates": predictors("x", "z", "n"),
}


def both(model: pmmlkit.Model, table: list[dict[str, Any]]) -> tuple[Any, Any]:
    arrays = {}
    for name in NAMES:
        arrays[name] = np.empty(len(table), object)
        arrays[name][:] = [row[name] for row in table]
    # A double that is missing is NaN in a column.
    columns = {
        name: [None if item != item else item for item in np.ma.MaskedArray(values).tolist()]
        for name, values in model.evaluate(arrays).items()
    }
    by_row = [dict(model.evaluate(row)) for row in table]
    return columns, {name: [row[name] for row in by_row] for name in columns}


def linear() -> pmmlkit.Model:
    pcells = [(f"p{at}", beta) for at, beta in enumerate(BETAS)]
    covariance = [
        (f"p{first}", f"p{second}", 0.01 + (first == second))
        for first in range(8)
        for second in range(first, 8)
    ]
    return pmmlkit.load(
        general(
            'modelType="regression"',
            pcells,
            PRODUCTS,
            covariance=covariance,
            head=output("error standardError", "low confidenceIntervalLower"),
            **MORE,
        )
    )


@given(rows)
def test_linear_models_agree_bit_for_bit(table: list[dict[str, Any]]) -> None:
    columns, by_row = both(linear(), table)
    assert columns == by_row


@given(rows)
def test_categories_agree(table: list[dict[str, Any]]) -> None:
    chance = random.Random(1)
    pcells = [(f"p{at}", chance.uniform(-1e-3, 1e-3), label) for label in "pq" for at in range(8)]
    model = pmmlkit.load(
        general(
            'modelType="multinomialLogistic"',
            pcells,
            PRODUCTS,
            function="classification",
            fields=CATEGORIES,
            head=probabilities("p", "q", "r"),
            **MORE,
        )
    )
    columns, by_row = both(model, table)
    assert columns["y"] == by_row["y"]
    for name, values in columns.items():
        if name != "y":
            assert values == [
                None if value is None else pytest.approx(value, rel=1e-13) for value in by_row[name]
            ]


def matrix(columns: dict[str, Any]) -> np.ndarray:
    """The design matrix of PRODUCTS, by other means."""
    x, z, n, s, b = (columns[name] for name in NAMES)
    return np.column_stack(
        [np.ones(len(x)), x, z**2, s == "a", s == "b", b, n, (s == "c") * x]
    ).astype(float)


def columns_of(size: int) -> dict[str, Any]:
    chance = np.random.default_rng(5)
    return {
        "x": chance.normal(size=size),
        "z": chance.normal(size=size),
        "n": chance.integers(-5, 5, size),
        "s": chance.choice(np.array(["a", "b", "c"], object), size),
        "b": chance.choice([True, False], size),
    }


@pytest.mark.parametrize("at_a_time", [65_536, 64])
def test_against_a_matrix_product(monkeypatch: pytest.MonkeyPatch, at_a_time: int) -> None:
    monkeypatch.setattr(uncertainty, "_ROWS_AT_A_TIME", at_a_time)
    columns = columns_of(200)
    found = linear().evaluate(columns)
    design = matrix(columns)
    assert found["y"] == pytest.approx(design @ np.array(BETAS), rel=1e-10, abs=1e-12)
    covariance = 0.01 + np.eye(8)
    errors = np.sqrt(np.einsum("ij,jk,ik->i", design, covariance, design))
    assert found["error"] == pytest.approx(errors, rel=1e-12)


def test_the_order_and_the_number_of_rows_change_nothing() -> None:
    model, columns = linear(), columns_of(97)
    whole = {name: np.asarray(values) for name, values in model.evaluate(columns).items()}
    order = np.random.default_rng(1).permutation(97)
    moved = model.evaluate({name: values[order] for name, values in columns.items()})
    part = model.evaluate({name: values[:7] for name, values in columns.items()})
    for name, values in whole.items():
        assert np.array_equal(np.asarray(moved[name]), values[order])
        assert np.array_equal(np.asarray(part[name]), values[:7])


def test_segments_keep_what_the_features_need() -> None:
    """Two segments by a predicate, each with its interval; the parts are put together again."""
    inner = general(
        'modelType="generalizedLinear" linkFunction="log" trialsVariable="n"',
        [("p0", 1), ("p1", 0.5)],
        [("1", "x", "p1")],
        covariates=predictors("x"),
        covariance=[("p0", "p0", 2), ("p1", "p1", 1)],
        head=output("error standardError", "low confidenceIntervalLower"),
    ).decode()
    head, _, rest = inner.partition("<GeneralRegressionModel")
    model = "<GeneralRegressionModel" + rest.partition("</PMML>")[0]
    segments = "".join(
        f'<Segment id="{name}"><SimplePredicate field="z" operator="{operator}" value="0"/>'
        f"{model}</Segment>"
        for name, operator in (("1", "lessThan"), ("2", "greaterOrEqual"))
    )
    schema = '<MiningField name="y" usageType="target"/>' + "".join(
        f'<MiningField name="{name}"/>' for name in FIELDS if name != "y"
    )
    outputs = "".join(
        f'<OutputField name="{name}{segment}" optype="continuous" dataType="double" '
        f'feature="{feature}" segmentId="{segment}"/>'
        for segment in "12"
        for name, feature in (("e", "standardError"), ("l", "confidenceIntervalLower"))
    )
    text = (
        f'{head}<MiningModel functionName="regression"><MiningSchema>{schema}</MiningSchema>'
        f"<Output>{outputs}</Output>"
        f'<Segmentation multipleModelMethod="selectFirst">{segments}</Segmentation>'
        "</MiningModel></PMML>"
    )
    table: list[dict[str, Any]] = [
        {"x": 1.0, "z": -1.0, "n": 2, "s": "a", "b": True},
        {"x": 2.0, "z": 1.0, "n": 3, "s": "a", "b": True},
        {"x": None, "z": 1.0, "n": 3, "s": "a", "b": True},
    ]
    columns, by_row = both(pmmlkit.load(text.encode()), table)
    for name, values in columns.items():
        assert values == [
            None if value is None else pytest.approx(value, rel=1e-13) for value in by_row[name]
        ]
    assert columns["e1"] == [pytest.approx(3**0.5), None, None]
    assert columns["e2"] == [None, pytest.approx(6**0.5), None]
    assert columns["l1"][0] is not None
    assert columns["l2"][1] is not None


def test_contrasts_are_an_error_of_the_row_that_has_another_category() -> None:
    text = general(
        'modelType="generalLinear"',
        [("p0", 1), ("p1", 1)],
        [("a", "s", "p1")],
        factors=contrast(
            "s", "<Categories><Category value='a'/><Category value='b'/></Categories>", "1 0", "0 1"
        ),
    )
    model = pmmlkit.load(text)
    with pytest.raises(pmmlkit.EvaluationError, match="'c' is none of the categories of 's'"):
        model.evaluate({"s": "c"})

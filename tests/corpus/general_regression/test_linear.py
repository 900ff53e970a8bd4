"""General linear models: covariates, factors, contrasts, interactions, missing values."""

from __future__ import annotations

from typing import Any

import pytest

from tests.corpus.cells import FAILS, check
from tests.corpus.general_regression.documents import (
    FIELDS,
    categories,
    contrast,
    general,
    output,
    predictors,
)

X = predictors("x")
XZ = predictors("x", "z")
S = predictors("s")

LINEAR = 'modelType="regression"'
GENERAL = 'modelType="generalLinear"'

ROWS: list[dict[str, Any]] = [
    {"x": 2.0, "z": 3.0, "s": "a", "n": 2, "b": True},
    {"x": -1.5, "z": 0.5, "s": "b", "n": -3, "b": False},
    {"x": 0.25, "z": None, "s": None, "n": None, "b": None},
]

# (the row of the matrix is the category of the row, its column that of the PPCell)
HELMERT = ("2 0", "-1 1", "-1 -1")

CASES: dict[str, tuple[bytes, list[Any]]] = {
    "an intercept alone": (general(LINEAR, [("p0", 4.5)]), [4.5, 4.5, 4.5]),
    "regression": (
        general(LINEAR, [("p0", 1), ("p1", 0.5)], [("1", "x", "p1")], covariates=X),
        [2.0, 0.25, 1.125],
    ),
    "generalLinear": (
        general(GENERAL, [("p0", 1), ("p1", 0.5)], [("1", "x", "p1")], covariates=X),
        [2.0, 0.25, 1.125],
    ),
    "generalizedLinear": (
        general(
            'modelType="generalizedLinear" linkFunction="identity" distribution="normal"',
            [("p0", 1), ("p1", 0.5)],
            [("1", "x", "p1")],
            covariates=X,
        ),
        [2.0, 0.25, 1.125],
    ),
    "a missing covariate": (
        general(LINEAR, [("p0", 1), ("p1", 2)], [("1", "z", "p1")], covariates=XZ),
        [7.0, 2.0, None],
    ),
    "a covariate that no PPCell names may be missing": (
        general(LINEAR, [("p0", 1), ("p1", 2)], [("1", "x", "p1")], covariates=XZ),
        [5.0, -2.0, 1.5],
    ),
    "a parameter without PCell counts for nothing": (
        general(
            LINEAR,
            [("p0", 1), ("p1", 2)],
            [("1", "x", "p1"), ("1", "z", "p2")],
            covariates=XZ,
        ),
        [5.0, -2.0, 1.5],
    ),
    "exponent 2": (
        general(LINEAR, [("p1", 2)], [("2", "x", "p1")], covariates=X),
        [8.0, 4.5, 0.125],
    ),
    "exponent 3": (
        general(LINEAR, [("p1", 2)], [("3", "x", "p1")], covariates=X),
        [16.0, -6.75, 0.03125],
    ),
    "exponent -1": (
        general(LINEAR, [("p1", 2)], [("-1", "x", "p1")], covariates=X),
        [1.0, 2 / -1.5, 8.0],
    ),
    "exponent 0": (
        general(LINEAR, [("p1", 2)], [("0", "z", "p1")], covariates=predictors("z")),
        [2.0, 2.0, None],
    ),
    "exponent 0.5 of a negative number": (
        general(LINEAR, [("p1", 2)], [("0.5", "x", "p1")], covariates=X),
        [2 * 2.0**0.5, float("nan"), 1.0],
    ),
    "an integer covariate": (
        general(LINEAR, [("p1", 0.1)], [("1", "n", "p1")], covariates=predictors("n")),
        [0.2, 0.1 * -3, None],
    ),
    "a boolean covariate": (
        general(LINEAR, [("p1", 4)], [("1", "b", "p1")], covariates=predictors("b")),
        [4.0, 0.0, None],
    ),
    "a product of covariates": (
        # 10 * 2 * 9, 10 * -1.5 * 0.25
        general(LINEAR, [("p1", 10)], [("1", "x", "p1"), ("2", "z", "p1")], covariates=XZ),
        [180.0, -3.75, None],
    ),
    "the same covariate twice": (
        general(LINEAR, [("p1", 1)], [("2", "x", "p1"), ("1", "x", "p1")], covariates=X),
        [8.0, -3.375, 0.015625],
    ),
    "a factor": (
        general(
            GENERAL,
            [("p0", 1), ("p1", 10), ("p2", 20)],
            [("a", "s", "p1"), ("b", "s", "p2")],
            factors=S,
        ),
        [11.0, 21.0, None],
    ),
    "a factor whose category has no parameter": (
        general(GENERAL, [("p0", 1), ("p2", 20)], [("c", "s", "p2")], factors=S),
        [1.0, 1.0, None],
    ),
    "a boolean factor": (
        general(GENERAL, [("p0", 1), ("p1", 2)], [("true", "b", "p1")], factors=predictors("b")),
        [3.0, 1.0, None],
    ),
    "an integer factor": (
        general(GENERAL, [("p0", 1), ("p1", 2)], [("-3", "n", "p1")], factors=predictors("n")),
        [1.0, 3.0, None],
    ),
    "a double factor": (
        general(GENERAL, [("p0", 1), ("p1", 2)], [("2", "x", "p1")], factors=predictors("x")),
        [3.0, 1.0, 1.0],
    ),
    "a factor in two parameters, apart": (
        general(
            GENERAL,
            [("p1", 10), ("p3", 1), ("p2", 20)],
            [("a", "s", "p1"), ("1", "x", "p3"), ("a", "s", "p2")],
            factors=S,
            covariates=X,
        ),
        [32.0, -1.5, None],
    ),
    "a factor times a covariate": (
        general(
            GENERAL,
            [("p0", 1), ("p1", 10)],
            [("a", "s", "p1"), ("1", "x", "p1")],
            factors=S,
            covariates=X,
        ),
        [21.0, 1.0, None],
    ),
    "a factor times a factor": (
        general(
            GENERAL,
            [("p0", 1), ("p1", 10)],
            [("b", "s", "p1"), ("false", "b", "p1")],
            factors=predictors("s", "b"),
        ),
        [1.0, 11.0, None],
    ),
    "contrasts": (
        # row a of the matrix is 2 0, row b is -1 1
        general(
            GENERAL,
            [("p0", 100), ("p1", 1), ("p2", 10)],
            [("a", "s", "p1"), ("b", "s", "p2")],
            factors=contrast("s", categories("a", "b", "c"), *HELMERT),
        ),
        [102.0, 109.0, None],
    ),
    "contrasts in another order of the categories": (
        # row a is now the second one: -1 1; row b the first: 2 0; the columns are b and a
        general(
            GENERAL,
            [("p0", 100), ("p1", 1), ("p2", 10)],
            [("a", "s", "p1"), ("b", "s", "p2")],
            factors=contrast("s", categories("b", "a", "c"), *HELMERT),
        ),
        [100.0 + 1 - 10, 100.0 + 20, None],
    ),
    "contrasts in the order of the DataField": (
        general(
            GENERAL,
            [("p0", 100), ("p1", 1), ("p2", 10)],
            [("a", "s", "p1"), ("b", "s", "p2")],
            factors=contrast("s", "", *HELMERT),
        ),
        [102.0, 109.0, None],
    ),
    "contrasts times a covariate": (
        # 100 + 1 * 2 * 2.0, 100 + 1 * -1 * -1.5
        general(
            GENERAL,
            [("p0", 100), ("p1", 1)],
            [("a", "s", "p1"), ("1", "x", "p1")],
            factors=contrast("s", categories("a", "b", "c"), *HELMERT),
            covariates=X,
        ),
        [104.0, 101.5, None],
    ),
    "a category that the contrasts do not have": (
        general(
            GENERAL,
            [("p0", 100), ("p1", 1)],
            [("a", "s", "p1")],
            factors=contrast("s", categories("a", "c"), "1 2", "3 4"),
        ),
        [101.0, FAILS, None],
    ),
    "contrasts of an integer": (
        general(
            GENERAL,
            [("p0", 100), ("p1", 1)],
            [("2", "n", "p1")],
            factors=contrast("n", categories("2", "-3"), "5 6", "7 8"),
        ),
        [105.0, 107.0, None],
    ),
    "contrasts on a diagonal": (
        general(
            GENERAL,
            [("p1", 1), ("p2", 1)],
            [("a", "s", "p1"), ("b", "s", "p2")],
            factors=contrast("s", "", "3 4 5", attributes='kind="diagonal" offDiagDefault="0.5"'),
        ),
        [3.5, 4.5, None],
    ),
    "Categories without a Matrix": (
        general(
            GENERAL,
            [("p0", 1), ("p1", 10)],
            [("a", "s", "p1")],
            factors=f'<Predictor name="s">{categories("a", "b")}</Predictor>',
        ),
        [11.0, 1.0, None],
    ),
    "two PCells of one parameter are added": (
        general(LINEAR, [("p0", 1), ("p0", 4)]),
        [5.0, 5.0, 5.0],
    ),
    "one targetCategory in all cells says nothing": (
        general(
            LINEAR,
            [("p0", 1, "k"), ("p1", 0.5, "k")],
            [("1", "x", "p1", "k")],
            covariates=X,
        ),
        [2.0, 0.25, 1.125],
    ),
    "a derived covariate": (
        general(
            LINEAR,
            [("p0", 1), ("p1", 2)],
            [("1", "twice", "p1")],
            covariates=predictors("twice"),
            transformations='<LocalTransformations><DerivedField name="twice" '
            'optype="continuous" dataType="double"><Apply function="*"><FieldRef field="x"/>'
            "<Constant>2</Constant></Apply></DerivedField></LocalTransformations>",
        ),
        [9.0, -5.0, 2.0],
    ),
    "a derived covariate in error": (
        general(
            LINEAR,
            [("p0", 1), ("p2", 1), ("p1", 2)],
            [("1", "whole", "p1"), ("1", "z", "p2")],
            covariates=predictors("whole", "z"),
            transformations='<LocalTransformations><DerivedField name="whole" '
            'optype="continuous" dataType="integer"><FieldRef field="x"/>'
            "</DerivedField></LocalTransformations>",
        ),
        [1.0 + 3.0 + 4.0, FAILS, FAILS],
    ),
    "single precision": (
        # 0.1f + 0.3f * 2, each step rounded to float
        general(
            f'{LINEAR} x-mathContext="float"',
            [("p0", 0.1), ("p1", 0.3)],
            [("1", "n", "p1")],
            covariates=predictors("n"),
        ),
        [0.699999988079071, -0.800000011920929, None],
    ),
    "offset, trials and link belong to generalized models": (
        general(
            f'{GENERAL} offsetValue="10" trialsValue="3" linkFunction="log"',
            [("p0", 1), ("p1", 0.5)],
            [("1", "x", "p1")],
            covariates=X,
        ),
        [2.0, 0.25, 1.125],
    ),
    "Targets": (
        general(
            LINEAR,
            [("p1", 2)],
            [("1", "z", "p1")],
            covariates=predictors("z"),
            head='<Targets><Target field="y" rescaleFactor="10">'
            '<TargetValue defaultValue="7"/></Target></Targets>',
        ),
        [60.0, 10.0, 70.0],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_predictions(name: str) -> None:
    text, expected = CASES[name]
    check(text, ROWS, {"y": expected}, relative=1e-7 if "single" in name else 1e-12)


IDLE: dict[str, tuple[str, list[Any]]] = {
    # rows: c is not the category of the PPCell, a is; then a missing category
    "a factor": (S, [1.0, None, None, 1.0]),
    # row c of the column of a is 0
    "contrasts": (contrast("s", "", "1 0 0", "0 1 0", "0 0 1"), [1.0, None, None, 1.0]),
}


@pytest.mark.parametrize("name", IDLE)
@pytest.mark.parametrize("exponent", ["1", "-1"])
def test_where_a_factor_is_0_covariates_do_not_count(name: str, exponent: str) -> None:
    factors, expected = IDLE[name]
    text = general(
        GENERAL,
        [("p0", 1), ("p1", 10)],
        [(exponent, "x", "p1"), ("a", "s", "p1")],
        factors=factors,
        covariates=X,
        covariance=[("p1", "p1", 4)],
        head=output("error standardError"),
    )
    rows: list[dict[str, Any]] = [
        {"x": None, "s": "c"},
        {"x": None, "s": "a"},
        {"x": 1.0, "s": None},
        {"x": 0.0, "s": "b"},
    ]
    errors = [None if value is None else 0.0 for value in expected]
    check(text, rows, {"y": expected, "error": errors})


def test_targetVariableName_chooses_the_target() -> None:
    text = general(
        f'{LINEAR} targetVariableName="y"', [("p1", 2)], [("1", "x", "p1")], covariates=X
    )
    second = '<MiningField name="n" usageType="target"/><MiningField name="y"'
    text = text.replace(b'<MiningField name="n"/>', b"").replace(
        b'<MiningField name="y"', second.encode()
    )
    check(text, [{"x": 2.0}], {"y": [4.0]})


def test_a_float_field_is_a_double_in_the_sum() -> None:
    fields = {**FIELDS, "x": "continuous float"}
    text = general(LINEAR, [("p1", 3)], [("1", "x", "p1")], covariates=X, fields=fields)
    check(text, [{"x": 0.1}], {"y": [3 * 0.10000000149011612]})


def test_predicted_value_and_residual() -> None:
    text = general(
        LINEAR,
        [("p1", 3)],
        [("1", "x", "p1")],
        covariates=X,
        head=output("value predictedValue", "rest residual"),
    )
    check(text, [{"x": 1.0, "y": 5.0}], {"value": [3.0], "rest": [2.0]})

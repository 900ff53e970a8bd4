"""Vectors, matrices and the values of parameters, as Spark writes them."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pmmlkit.errors import ExportError, LimitError
from pmmlkit.exporters.spark.saved import matrix, read_saved, vector
from tests.exporters.spark.saved_fixtures import written


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("missingValue", "NaN", math.nan),
        ("p", "Inf", math.inf),
        ("p", "-Inf", -math.inf),
        ("inputCol", "NaN", "NaN"),
        ("labels", ["NaN", "Inf"], ["NaN", "Inf"]),
        ("labelsArray", [["NaN"], ["Inf"]], [["NaN"], ["Inf"]]),
        ("splits", ["-Inf", 0, "Inf"], [-math.inf, 0, math.inf]),
        ("splitsArray", [["-Inf", 0.5, "Inf"]], [[-math.inf, 0.5, math.inf]]),
        ("flag", True, True),
        ("other", {"type": "text"}, {"type": "text"}),
    ],
)
def test_parameters(name: str, value: Any, expected: Any, tmp_path: Path) -> None:
    read = read_saved(written(tmp_path, paramMap={name: value})).parameter(name)
    np.testing.assert_equal(read, expected)


def test_parameters_that_are_arrays(tmp_path: Path) -> None:
    sparse = {"class": "vector", "type": 0, "size": 4, "indices": [1, 3], "values": [2.0, "Inf"]}
    bounds = {
        **{"class": "matrix", "type": 1, "numRows": 2, "numCols": 3, "isTransposed": False},
        "values": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
    }
    given = {"scalingVec": sparse, "lowerBoundsOnCoefficients": bounds}
    model = read_saved(written(tmp_path, paramMap=given))
    np.testing.assert_array_equal(model.parameter("scalingVec"), [0, 2, 0, math.inf])
    np.testing.assert_array_equal(
        model.parameter("lowerBoundsOnCoefficients"), [[1, 3, 5], [2, 4, 6]]
    )


DENSE = {"type": 1, "size": None, "indices": None, "values": [1.5, 2.5]}
SPARSE = {"type": 0, "size": 3, "indices": [0, 2], "values": [1.5, 2.5]}
CELLS = {
    **{"type": 0, "numRows": 2, "numCols": 3, "colPtrs": [0, 1, 1, 3]},
    **{"rowIndices": [1, 0, 1], "values": [7.0, 8.0, 9.0], "isTransposed": False},
}
EXPECTED_CELLS = [[0, 0, 8], [7, 0, 9]]


def test_vectors() -> None:
    np.testing.assert_array_equal(vector(DENSE), [1.5, 2.5])
    np.testing.assert_array_equal(vector(SPARSE), [1.5, 0, 2.5])
    assert vector({**DENSE, "values": []}).shape == (0,)


def test_matrices() -> None:
    np.testing.assert_array_equal(matrix(CELLS), EXPECTED_CELLS)
    by_rows = {
        **CELLS,
        **{"colPtrs": [0, 1, 3], "rowIndices": [2, 0, 2], "values": [8.0, 7.0, 9.0]},
        "isTransposed": True,
    }
    np.testing.assert_array_equal(matrix(by_rows), EXPECTED_CELLS)
    dense = {"type": 1, "numRows": 2, "numCols": 2, "values": [1.0, 2.0, 3.0, 4.0]}
    np.testing.assert_array_equal(matrix({**dense, "isTransposed": False}), [[1, 3], [2, 4]])
    np.testing.assert_array_equal(matrix({**dense, "isTransposed": True}), [[1, 2], [3, 4]])


@pytest.mark.parametrize(
    "value",
    [
        None,
        [1.0],
        {},
        {**DENSE, "type": 2},
        {**DENSE, "values": None},
        {**DENSE, "values": ["x"]},
        {**DENSE, "values": [[1.0]]},
        {**SPARSE, "size": None},
        {**SPARSE, "size": 2},
        {**SPARSE, "indices": [-1, 2]},
        {**SPARSE, "indices": [0]},
        {**SPARSE, "indices": [0, 2**70]},
    ],
)
def test_no_vectors(value: Any) -> None:
    with pytest.raises(ExportError, match="no vector as Spark saves it"):
        vector(value)


@pytest.mark.parametrize(
    "changes",
    [
        {"numRows": None},
        {"numRows": 1},
        {"numRows": -2},
        {"colPtrs": [0, 1, 3]},
        {"colPtrs": [0, 2, 1, 3]},
        {"colPtrs": [1, 1, 1, 3]},
        {"colPtrs": None},
        {"rowIndices": [0, 0, 2]},
        {"rowIndices": [0]},
        {"type": 1},
    ],
)
def test_no_matrices(changes: dict[str, Any]) -> None:
    with pytest.raises(ExportError, match="no matrix as Spark saves it"):
        matrix({**CELLS, **changes})


def test_cells_have_a_limit() -> None:
    with pytest.raises(LimitError, match=r"Limits\.array_items"):
        vector({**SPARSE, "size": 2**40})
    with pytest.raises(LimitError, match=r"Limits\.matrix_cells"):
        matrix({**CELLS, "numRows": 2**31, "numCols": 2**31})

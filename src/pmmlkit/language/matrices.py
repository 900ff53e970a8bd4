"""Matrices. Specification: General Structure; semantics chapter 33.

Nothing is allocated because a document states a size: sizes come from the items that are there or
from a caller that knows them, and are held against `Limits` first.
"""

from __future__ import annotations

from typing import NoReturn

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import LimitError
from pmmlkit.language import mistakes
from pmmlkit.language.arrays import Array
from pmmlkit.language.mistakes import wrong
from pmmlkit.limits import Limits
from pmmlkit.xml import content
from pmmlkit.xml.declaration import Element, attribute, children, enumeration, text
from pmmlkit.xml.lexical import INTEGER, NUMBER, parse_number

__all__ = ["MatCell", "Matrix"]

Doubles = npt.NDArray[np.float64]

Shape = tuple["int | None", "int | None"]


def _refuse(element: Element, message: str, *, code: str) -> NoReturn:
    raise wrong(element, message, code=code)


class MatCell(Element):
    """One cell of a matrix; `row` and `col` are 1-based."""

    row: int = attribute(type=INTEGER, required=True)
    col: int = attribute(type=INTEGER, required=True)
    text: str = text()

    def number(self) -> float:
        """Return the value; MarkupError where the text is no number."""
        try:
            return parse_number(self.text)
        except ValueError as error:
            raise wrong(self, str(error), code=mistakes.ARRAY_CONTENT) from error


class Matrix(
    Element,
    content=content.optional(
        content.choice(
            content.repeat(content.child("Array", into="arrays"), 1),
            content.repeat(content.child("MatCell", into="cells"), 1),
        )
    ),
):
    """A matrix of numbers: rows, a triangle, a diagonal, or single cells."""

    kind: str = attribute(default="any", values=enumeration("diagonal", "symmetric", "any"))
    nb_rows: int | None = attribute(type=INTEGER, default=None)
    nb_cols: int | None = attribute(type=INTEGER, default=None)
    diag_default: float | None = attribute(type=NUMBER, default=None)
    off_diag_default: float | None = attribute(type=NUMBER, default=None)
    arrays: tuple[Array, ...] = children("Array", default=())
    cells: tuple[MatCell, ...] = children("MatCell", default=())

    def expand(self, limits: Limits | None = None, *, shape: Shape = (None, None)) -> Doubles:
        """Return the whole matrix (rows, columns) float64; cells that nothing gives are 0.

        `shape`: the rows and columns that there must be, None where the caller does not know.

        Raises MarkupError where the parts do not make the matrix that kind, nbRows, nbCols and
        `shape` describe; LimitError where it is too large.
        """
        limits = limits or Limits()
        if self.arrays:
            return self._from_arrays(limits, shape)
        return self._from_cells(limits, shape)

    def _from_arrays(self, limits: Limits, shape: Shape) -> Doubles:
        rows = [array.numbers(limits) for array in self.arrays]
        if self.kind == "diagonal":
            if len(rows) != 1:
                _refuse(
                    self,
                    f"a diagonal matrix has one Array, not {len(rows)}",
                    code=mistakes.MATRIX_SHAPE,
                )
            result = self._filled(len(rows[0]), len(rows[0]), limits, shape)
            np.fill_diagonal(result, rows[0])
            return result
        is_triangle = self.kind == "symmetric"
        width = len(rows) if is_triangle else len(rows[0])
        for row, values in enumerate(rows, 1):
            expected = row if is_triangle else width
            if len(values) != expected:
                _refuse(
                    self,
                    f"row {row} of the matrix has {len(values)} values, not {expected}",
                    code=mistakes.MATRIX_SHAPE,
                )
        result = self._filled(len(rows), width, limits, shape)
        for row, values in enumerate(rows):
            result[row, : len(values)] = values
            if is_triangle:
                result[: row + 1, row] = values
        return result

    def _from_cells(self, limits: Limits, shape: Shape) -> Doubles:
        stated_rows = self.nb_rows if shape[0] is None else shape[0]
        stated_columns = self.nb_cols if shape[1] is None else shape[1]
        largest_row = max((cell.row for cell in self.cells), default=0)
        largest_column = max((cell.col for cell in self.cells), default=0)
        is_square = self.kind != "any"
        if is_square:
            largest_row = largest_column = max(largest_row, largest_column)
            stated_rows = stated_columns = stated_columns if stated_rows is None else stated_rows
        rows = largest_row if stated_rows is None else stated_rows
        columns = largest_column if stated_columns is None else stated_columns
        for cell in self.cells:
            if not (1 <= cell.row <= rows and 1 <= cell.col <= columns):
                _refuse(
                    cell,
                    f"row {cell.row}, col {cell.col} is outside of {rows} x {columns}",
                    code=mistakes.MATRIX_SHAPE,
                )
            if self.kind == "diagonal" and cell.row != cell.col:
                _refuse(
                    cell,
                    f"row {cell.row}, col {cell.col} is not on the diagonal",
                    code=mistakes.MATRIX_SHAPE,
                )
        result = self._filled(rows, columns, limits, shape)
        known: dict[tuple[int, int], float] = {}
        for cell in self.cells:
            value = cell.number()
            places = {(cell.row, cell.col)}
            if is_square:
                places.add((cell.col, cell.row))
            for place in places:
                if known.setdefault(place, value) != value:
                    _refuse(
                        cell,
                        f"row {place[0]}, col {place[1]} has two values",
                        code=mistakes.MATRIX_SHAPE,
                    )
                result[place[0] - 1, place[1] - 1] = value
        return result

    def _filled(self, rows: int, columns: int, limits: Limits, shape: Shape) -> Doubles:
        for stated, found, name in (
            (self.nb_rows, rows, "nbRows"),
            (self.nb_cols, columns, "nbCols"),
        ):
            if stated is not None and stated != found:
                _refuse(
                    self,
                    f"{name} is {stated}, but the matrix has {found}",
                    code=mistakes.MATRIX_SHAPE,
                )
        for needed, found, name in ((shape[0], rows, "rows"), (shape[1], columns, "columns")):
            if needed is not None and needed != found:
                _refuse(
                    self,
                    f"the matrix has {found} {name}, but {needed} are needed",
                    code=mistakes.MATRIX_SHAPE,
                )
        if rows < 0 or columns < 0 or rows * columns > limits.matrix_cells:
            raise LimitError(
                f"a matrix of {rows} x {columns} is beyond Limits.matrix_cells = "
                f"{limits.matrix_cells}",
                element=self.tag,
                line=self.line,
            )
        result = np.full((rows, columns), float(self.off_diag_default or 0))
        if self.diag_default is not None:
            np.fill_diagonal(result, self.diag_default)
        return result

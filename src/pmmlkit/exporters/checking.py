"""Whether a document says what the estimator says, row by row."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

import pmmlkit
from pmmlkit.errors import EvaluationError, ExportError, PmmlError
from pmmlkit.exporters.answers import answering
from pmmlkit.exporters.domains import Domain
from pmmlkit.exporters.features import is_missing_value
from pmmlkit.exporters.natives import as_estimator
from pmmlkit.exporters.schema import matched, schema_of
from pmmlkit.exporters.tables import column_values, rows_of
from pmmlkit.exporters.untreated import untreated_rows
from pmmlkit.language.document import Document

__all__ = ["MOST_ROWS", "Difference", "Unchecked", "check_document"]

MOST_ROWS: Final = 1000

PRECISION: Final = 1e-9
SINGLE_PRECISION: Final = 1e-5
"""Relative to the largest number of a column: sums may be added in another order, and libraries
that compute in single precision lose more.
"""

ROUNDING: Final = 1e-14
"""Of a transformed table, what is this small beside its largest number is nothing but rounding."""


class Difference(ExportError):
    """The document says something else than the estimator."""


class Unchecked(ExportError):
    """The estimator itself has no result for the rows, so there is nothing to compare."""


def check_document(
    document: Document,
    estimator: Any,
    X: Any,
    *,
    fields: Mapping[str, Domain] | None = None,
    rows: int = MOST_ROWS,
) -> int:
    """Score rows of X with a document and compare with what the estimator predicts, or transforms
    them to.

    Parameters
    ----------
    document, estimator, fields
        What `pmmlkit.export` made and took. Rows of which a domain changes or refuses a value are
        left out, as the estimator itself knows no domains.
    X : (n, columns) table
    rows
        At most so many are compared, spread over the table.

    Returns
    -------
    int
        The number of rows that were compared.

    Raises
    ------
    Difference
        Labels differ, or numbers by more than rounding: names row, column and both values.
    Unchecked
        The estimator does not predict X, or no row is left.
    """
    estimator = as_estimator(estimator)
    X = matched(estimator, X)
    names = [item.name for item in schema_of(estimator, X).inputs]
    size = X.shape[0] if hasattr(X, "shape") else len(X)
    chosen = np.arange(size)
    if fields:
        chosen = np.array(
            untreated_rows(X, names, document.root.data_dictionary.data_fields, fields), int
        )
    if not len(chosen):
        raise Unchecked("there is no row to compare")
    chosen = chosen[np.unique(np.linspace(0, len(chosen) - 1, rows).astype(int))]
    table = rows_of(X, chosen.tolist())
    columns = {
        name: [None if is_missing_value(cell) else cell for cell in cells]
        for name, cells in column_values(table, names).items()
    }
    _Comparison(pmmlkit.load(document), estimator, table, columns, chosen.tolist()).run()
    return len(chosen)


class _Comparison:
    """The results of a document and of an estimator for some rows."""

    def __init__(
        self,
        model: pmmlkit.Model,
        estimator: Any,
        table: Any,
        columns: Mapping[str, list[Any]],
        rows: Sequence[int],
    ) -> None:
        self.model = model
        self.estimator = estimator
        self.answers = answering(estimator, model)
        self.table = table
        self.columns = columns
        self.rows = rows
        self.kind = type(estimator).__name__
        self.noise = 0.0

    def run(self) -> None:
        """Raise Difference for the first one."""
        if not self.model.document.root.models:
            made = self._asked("transform")
            dense = made.toarray() if hasattr(made, "toarray") else made
            self._transformed(np.asarray(dense))
            return
        expected = np.asarray(self._asked("predict"))
        names = [field.name for field in self.model.predicted]
        found = self._scored(self.model.predict)
        clear = self._shares()
        if expected.ndim == 2 and expected.shape[1] == 1:
            expected = expected[:, 0]
        if expected.shape != found.shape:
            raise Difference(
                f"the document predicts an array of shape {found.shape}, {self.kind} one of shape "
                f"{expected.shape}"
            )
        if expected.ndim == 1:
            self._compare(names[0], found, expected, clear)
        else:
            for at, name in enumerate(names):
                self._compare(name, found[:, at], expected[:, at], clear)
        self._others()

    def _others(self) -> None:
        """Compare what the estimator says besides."""
        others = getattr(self.answers, "others", {})
        if not others:
            return
        results = self._scored(self.model.evaluate)
        for name, ask in others.items():
            expected = np.asarray(self._answered(ask, "predict"))
            self._compare(name, results[name], expected, np.ones(len(self.rows), np.bool_), 1.0)

    def _asked(self, method: str) -> Any:
        if not hasattr(self.answers, method):
            raise Unchecked(f"{self.kind} has no {method}")
        return self._answered(getattr(self.answers, method), method)

    def _answered(self, ask: Callable[[Any], Any], method: str) -> Any:
        try:
            return _quietly(ask, self.table)
        except Exception as error:
            with contextlib.suppress(Exception):
                # boosters take texts as categories alone, of which files know nothing
                return _quietly(ask, _with_categories(self.table))
            if isinstance(error, PmmlError):
                raise Unchecked(error.message) from error
            raise Unchecked(
                f"{self.kind}.{method} fails on these rows: {type(error).__name__}: {error}"
            ) from error

    def _scored(self, score: Any) -> Any:
        try:
            return score(dict(self.columns))
        except EvaluationError as error:
            row = "" if error.row is None else f" (row {self.rows[error.row]} of the data)"
            raise Difference(
                f"the document has no result where {self.kind} has one{row}: {error}"
            ) from error

    def _shares(self) -> npt.NDArray[np.bool_]:
        """Compare the probabilities; return the rows whose label does not hang on the last bit."""
        clear = np.ones(len(self.rows), np.bool_)
        labels = getattr(self.answers, "classes_", None)
        if labels is None or not hasattr(self.answers, "predict_proba"):
            return clear
        if not self.model.outputs or len(self.model.predicted) != 1:
            return clear
        expected = self._asked("predict_proba")
        if isinstance(expected, list):
            return clear
        expected = np.asarray(expected)
        known = {_plain(label): at for at, label in enumerate(self.model.classes_)}
        places = [known.get(_plain(label)) for label in labels]
        names = {field.name for field in self.model.outputs}
        if None in places or not any(name.startswith("probability(") for name in names):
            return clear
        found = self._scored(self.model.predict_proba)
        for at, (place, label) in enumerate(zip(places, labels, strict=True)):
            self._compare(f"probability({label})", found[:, place], expected[:, at], clear, 1.0)
        ordered = np.sort(expected, axis=1)
        clear &= ordered[:, -1] - ordered[:, -2] > _precision(expected)
        return clear

    def _transformed(self, expected: npt.NDArray[Any]) -> None:
        found = self._scored(self.model.transform)
        if len(found) != expected.shape[1]:
            raise Difference(
                f"the document makes {len(found)} columns, {self.kind} {expected.shape[1]}"
            )
        if expected.dtype.kind == "f":
            finite = np.abs(expected[np.isfinite(expected)])
            self.noise = ROUNDING * float(finite.max(initial=0.0))
        for (name, column), values in zip(found.items(), expected.T, strict=True):
            self._compare(name, column, values, np.ones(len(self.rows), np.bool_))

    def _compare(
        self,
        name: str,
        found: Any,
        expected: npt.NDArray[Any],
        clear: npt.NDArray[np.bool_],
        scale: float | None = None,
    ) -> None:
        """Raise Difference where a column differs: labels in the clear rows, numbers in all."""
        left = [None if it is np.ma.masked else _plain(it) for it in list(found)]
        right = [_plain(it) for it in expected.tolist()]
        if expected.dtype.kind == "f" and all(it is None or _is_number(it) for it in left):
            doubles = np.array([np.nan if it is None else it for it in left], np.float64)
            wanted = expected.astype(np.float64)
            finite = np.abs(wanted[np.isfinite(wanted)])
            size = scale if scale is not None else float(finite.max(initial=0.0))
            with np.errstate(invalid="ignore"):
                near = np.abs(doubles - wanted) <= max(_precision(expected) * size, self.noise)
            near |= (doubles == wanted) | (np.isnan(doubles) & np.isnan(wanted))
        else:
            same = [_same(one, other) for one, other in zip(left, right, strict=True)]
            near = np.array(same, np.bool_) | ~clear
        if near.all():
            return
        at = int(np.flatnonzero(~near)[0])
        raise Difference(
            f"the document does not say what {self.kind} says: row {self.rows[at]} of the data, "
            f"{name!r} is {left[at]!r} by the document and {right[at]!r} by {self.kind}; "
            f"{int((~near).sum())} of {len(near)} rows differ"
        )


def _quietly(ask: Callable[[Any], Any], table: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ask(table)


def _with_categories(frame: Any) -> Any:
    """Return a pandas frame whose texts are categories."""
    texts = frame.select_dtypes(exclude=["number", "bool", "datetime"]).columns
    return frame.astype(dict.fromkeys(texts, "category"))


def _precision(values: npt.NDArray[Any]) -> float:
    return SINGLE_PRECISION if values.dtype == np.float32 else PRECISION


def _plain(value: Any) -> Any:
    value = value.item() if isinstance(value, np.generic) else value
    return None if is_missing_value(value) else value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _same(left: Any, right: Any) -> bool:
    return bool(left == right) and isinstance(left, str) == isinstance(right, str)

"""What every exported document has to do: be valid, and score as the library itself, by columns, by
row and in the other engines.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

import pmmlkit
from pmmlkit.errors import PmmlError
from pmmlkit.exporters.checking import Unchecked, check_document
from pmmlkit.exporters.tables import named_columns
from pmmlkit.language.document import Document
from pmmlkit.parity.oracles import Oracle
from tests.exporters.engine_faults import fault_of

__all__ = [
    "Expected",
    "assert_agrees",
    "assert_predicts",
    "assert_scores",
    "assert_transforms",
    "assert_valid",
    "columns_of",
    "expected_of",
    "label_text",
    "rows_of",
]

TOLERANCE = 1e-12
ROWS_ONE_BY_ONE = 12
"""So many rows are scored one by one as well."""

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Expected:
    """What the library says of n rows.

    `labels`: columns that must be equal, as plain Python; `numbers`: columns of doubles (n,);
    `scales` (n,) or a number: the sums of absolute terms behind a column where they cancel, by
    default the largest absolute value of the column; `ties` (n,): rows whose label hangs on the
    last bit of a score, which are left out of `labels`.
    """

    labels: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    numbers: Mapping[str, Doubles] = field(default_factory=dict)
    scales: Mapping[str, Any] = field(default_factory=dict)
    ties: npt.NDArray[np.bool_] | None = None
    relative: float = TOLERANCE


def label_text(label: Any) -> str:
    """Return a label as it stands in the name of an OutputField."""
    label = label.item() if isinstance(label, np.generic) else label
    if isinstance(label, bool):
        return "true" if label else "false"
    whole = isinstance(label, float) and label.is_integer()
    return str(int(label)) if whole else str(label)


def columns_of(table: Any) -> dict[str, list[Any]]:
    """Return the columns of a frame or an array (x1, x2 ...) as plain Python, None for missing; of
    texts or dictionaries, one for each row, as vectorisers take them.
    """
    stated = named_columns(table)
    if stated is not None:
        return stated
    if isinstance(table, dict):
        return table
    if hasattr(table, "columns"):
        return {
            str(name): [_cell(value) for value in table[name].tolist()] for name in table.columns
        }
    dense = table.toarray() if hasattr(table, "toarray") else np.asarray(table)
    return {
        f"x{at}": [_cell(value) for value in column.tolist()]
        for at, column in enumerate(dense.T, 1)
    }


def _cell(value: Any) -> Any:
    missing = value is None or value != value or type(value).__name__ in ("NAType", "NaTType")
    return None if missing else value


def expected_of(estimator: Any, X: Any, target: str = "y") -> Expected:
    """Return what an estimator with `predict` says: labels, and probabilities or else its decision
    function; or numbers. Several targets are called as the columns of `target`, else y1, y2 ...
    """
    predicted = np.asarray(estimator.predict(X))
    if predicted.ndim == 2 and predicted.shape[1] == 1:
        predicted = predicted[:, 0]
    classes = getattr(estimator, "classes_", None)
    if classes is None and predicted.ndim == 1 and predicted.dtype.kind == "f":
        return Expected(numbers={target: predicted.astype(np.float64)})
    if classes is None:
        return Expected(labels={target: predicted.tolist()})
    labels = {target: predicted.tolist()}
    if hasattr(estimator, "predict_proba"):
        shares = np.asarray(estimator.predict_proba(X), np.float64)
        names = [f"probability({label_text(label)})" for label in classes]
        numbers = dict(zip(names, shares.T, strict=True))
        ordered = np.sort(shares, axis=1)
        ties = ordered[:, -1] - ordered[:, -2] <= TOLERANCE if shares.shape[1] > 1 else None
        return Expected(labels, numbers, scales=dict.fromkeys(names, 1.0), ties=ties)
    if hasattr(estimator, "decision_function"):
        scores = np.asarray(estimator.decision_function(X), np.float64)
        scale = float(np.abs(scores).max())
        if scores.ndim == 1:
            tied = np.abs(scores) <= TOLERANCE * scale
            return Expected(labels, {"decisionFunction": scores}, ties=tied)
        names = [f"decisionFunction({label_text(label)})" for label in classes]
        ordered = np.sort(scores, axis=1)
        ties = ordered[:, -1] - ordered[:, -2] <= TOLERANCE * scale
        return Expected(
            labels,
            dict(zip(names, scores.T, strict=True)),
            scales=dict.fromkeys(names, scale),
            ties=ties,
        )
    return Expected(labels)


def assert_agrees(found: Mapping[str, Any], expected: Expected, who: str) -> None:
    """Compare the columns of a result with what is expected; `who` names the engine."""
    lacking = [name for name in (*expected.labels, *expected.numbers) if name not in found]
    assert not lacking, f"{who} gives {list(found)}, not {lacking}"
    for name, numbers in expected.numbers.items():
        cells = [np.nan if it is None or it is np.ma.masked else it for it in list(found[name])]
        column = np.array(cells, np.float64)
        finite = np.abs(numbers[np.isfinite(numbers)])
        scale = expected.scales.get(name, finite.max(initial=0.0))
        allowed = expected.relative * np.maximum(np.abs(numbers), scale)
        with np.errstate(invalid="ignore"):
            near = (np.abs(column - numbers) <= allowed) | (column == numbers)
        near |= np.isnan(column) & np.isnan(numbers)
        assert near.all(), _numbers_differ(who, name, column, numbers, near)
    for name, labels in expected.labels.items():
        values = [None if it is np.ma.masked else it for it in found[name]]
        clear = np.ones(len(labels), bool) if expected.ties is None else ~expected.ties
        wrong = [
            (row, left, right)
            for row, (left, right) in enumerate(zip(values, labels, strict=True))
            if clear[row] and not _same(left, right)
        ]
        assert not wrong, (
            f"{who}: {name}: {len(wrong)} labels differ, first (row, is, should be) {wrong[0]!r}"
        )


def _numbers_differ(who: str, name: str, found: Doubles, should: Doubles, near: Any) -> str:
    row = int(np.flatnonzero(~near)[0])
    return (
        f"{who}: {name}: {int((~near).sum())} of {len(near)} numbers differ; row {row} is "
        f"{found[row]!r}, should be {should[row]!r}"
    )


def _same(left: Any, right: Any) -> bool:
    left = left.item() if isinstance(left, np.generic) else left
    right = right.item() if isinstance(right, np.generic) else right
    return type(left) is type(right) and bool(left == right)


def assert_valid(document: Document | bytes) -> None:
    """Assert that the schema and the rules find no error in the document, nor unknown markup."""
    content = document if isinstance(document, bytes) else document.to_bytes()
    report = pmmlkit.validate(content)
    wrong = [
        finding
        for finding in report.findings
        if finding.severity == "error" or finding.code.startswith("PMML0")
    ]
    assert not wrong, "\n".join(map(str, wrong))


def assert_predicts(
    estimator: Any,
    X: Any,
    y: Any = None,
    *,
    expected: Expected | None = None,
    oracle: Oracle | None = None,
    case: str = "",
    **options: Any,
) -> Document:
    """Export a fitted predictor and compare what is scored of the rows X with what it says itself.

    Without an `oracle`: pmmlkit, by columns and by row, and the document is validated. With one:
    that engine, unless `engine_faults` tells of the `case` that it is at fault, which is checked
    too. `options` go to `pmmlkit.export`.
    """
    document = pmmlkit.export(estimator, X=X, y=y, **options)
    name = getattr(y, "name", None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        wanted = expected or expected_of(estimator, X, name if isinstance(name, str) else "y")
    assert_scores(document.to_bytes(), X, wanted, oracle=oracle, case=case)
    if oracle is None:
        # what `Model.predict` and `predict_proba` give; an estimator may refuse the rows
        fields = options.get("fields")
        domains = fields if isinstance(fields, Mapping) else None
        with warnings.catch_warnings(), contextlib.suppress(Unchecked):
            warnings.simplefilter("ignore")
            check_document(document, estimator, X, fields=domains)
    return document


def assert_scores(
    document: bytes, X: Any, wanted: Expected, *, oracle: Oracle | None = None, case: str = ""
) -> None:
    """Compare what a document says of the rows X with what is wanted, as `assert_predicts`."""
    columns = columns_of(X)
    if oracle is None:
        assert_valid(document)
        _assert_pmmlkit(document, columns, wanted)
    else:
        _assert_oracle(oracle, document, columns, wanted, case)


def _assert_pmmlkit(document: bytes, columns: dict[str, list[Any]], wanted: Expected) -> None:
    model = pmmlkit.load(document)
    assert_agrees(model.evaluate(columns), wanted, "pmmlkit by columns")
    size = len(next(iter(columns.values())))
    chosen = np.unique(np.linspace(0, size - 1, ROWS_ONE_BY_ONE).astype(int)).tolist()
    rows = [model.evaluate({name: column[at] for name, column in columns.items()}) for at in chosen]
    by_row = {name: [row[name] for row in rows] for name in rows[0]}
    assert_agrees(by_row, rows_of(wanted, chosen), "pmmlkit by row")


def rows_of(expected: Expected, rows: Sequence[int]) -> Expected:
    """Return what is expected of some rows, with the scales of all."""
    scales = {}
    for name, numbers in expected.numbers.items():
        finite = np.abs(numbers[np.isfinite(numbers)])
        scale = expected.scales.get(name, finite.max(initial=0.0))
        scales[name] = scale[rows] if isinstance(scale, np.ndarray) else scale
    return Expected(
        {name: [labels[at] for at in rows] for name, labels in expected.labels.items()},
        {name: numbers[rows] for name, numbers in expected.numbers.items()},
        scales,
        None if expected.ties is None else expected.ties[rows],
        expected.relative,
    )


def _assert_oracle(
    oracle: Oracle, document: bytes, columns: dict[str, list[Any]], wanted: Expected, case: str
) -> None:
    fault = fault_of(oracle.name, case) if case else None
    try:
        loaded = oracle.load(document)
    except PmmlError:
        if fault is None or not fault.refuses:
            raise
        return
    try:
        result = loaded.evaluate(columns)
        assert result.errors == [], f"{oracle.name}: row {result.errors[0]}"
        assert_agrees(result.columns, wanted, oracle.name)
    except (AssertionError, PmmlError):
        if fault is None:
            raise
        return
    assert fault is None, f"{oracle.name} agrees by now: take {fault.case!r} out of engine_faults"


def assert_transforms(
    transformer: Any,
    X: Any,
    y: Any = None,
    *,
    oracle: Oracle | None = None,
    case: str = "",
    **options: Any,
) -> Document:
    """Export a fitted transformer and compare what it makes of the rows X.

    pmmlkit runs the document of transformations; engines that need a model (and pmmlkit as well)
    get a regression with known coefficients over what the transformer makes.
    """
    from sklearn.linear_model import LinearRegression
    from sklearn.pipeline import make_pipeline

    made = transformer.transform(X)
    dense = np.asarray(made.toarray() if hasattr(made, "toarray") else made)
    if oracle is None:
        document = pmmlkit.export(transformer, X=X, y=y, **options)
        assert_valid(document)
        _assert_transformed(document, X, dense)
    if dense.dtype.kind not in "biuf" and not _is_numeric(dense):
        return pmmlkit.export(transformer, X=X, y=y, **options)
    numbers = dense.astype(np.float64)
    coefficients = np.random.default_rng(5).integers(1, 9, numbers.shape[1]) / 8.0
    model = LinearRegression()
    model.coef_, model.intercept_ = coefficients, 0.5
    model.n_features_in_ = numbers.shape[1]
    terms = numbers * coefficients
    total = terms.sum(axis=1) + 0.5
    # a row that lacks a part has no sum
    expected = Expected(
        numbers={"y": total}, scales={"y": np.nan_to_num(np.abs(terms).sum(axis=1) + 0.5, nan=1.0)}
    )
    whole = make_pipeline(transformer, model)
    return assert_predicts(whole, X, None, expected=expected, oracle=oracle, case=case, **options)


def _is_numeric(values: npt.NDArray[Any]) -> bool:
    return all(isinstance(it, int | float | bool | np.number | None) for it in values.ravel())


def _assert_transformed(document: Document, X: Any, wanted: npt.NDArray[Any]) -> None:
    model = pmmlkit.load(document.to_bytes())
    columns = columns_of(X)
    found = model.transform(columns)
    assert len(found) == wanted.shape[1], f"{list(found)} for {wanted.shape[1]} columns"
    numbers, labels = {}, {}
    for name, column in zip(found, wanted.T, strict=True):
        if _is_numeric(column):
            numbers[name] = np.array([np.nan if it is None else it for it in column], np.float64)
        else:
            labels[name] = [_cell(value) for value in column.tolist()]
    assert_agrees(found, Expected(labels, numbers), "pmmlkit by columns")
    for at in (0, len(wanted) - 1):
        row = model.transform({name: column[at] for name, column in columns.items()})
        by_row = {name: [value] for name, value in row.items()}
        assert_agrees(by_row, rows_of(Expected(labels, numbers), [at]), "pmmlkit by row")

"""The predictor of a TextModel: the document whose vector is most like that of the text."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import ERROR, MISSING, Categories, Column, combined_state
from pmmlkit.columns.types import DOUBLE, STRING, DataType
from pmmlkit.errors import EvaluationError
from pmmlkit.language import mistakes
from pmmlkit.language.mistakes import wrong
from pmmlkit.language.models.prediction import Prediction, Predictor, RowPrediction
from pmmlkit.language.models.text.weights import LOCAL_WEIGHTS, local_weights, norms
from pmmlkit.language.ranked_features import Ranking, ranked_detail
from pmmlkit.language.result_features import Detail, Feature
from pmmlkit.language.step import Batch, Step, Values

if TYPE_CHECKING:
    from pmmlkit.language.output import OutputField

__all__ = ["Documents", "TextPredictor"]

Doubles = npt.NDArray[np.float64]

_CELLS: Final = 4_000_000
"""Rows are compared with the documents in parts of this many cells."""
_NO_FREQUENCY: Final = "the frequency of a term is negative or no number"


class Documents:
    """The corpus: ids, the same as row values, and weights (documents, terms)."""

    def __init__(
        self, ids: Sequence[str], values: Sequence[Any], vectors: Doubles, *, is_euclidean: bool
    ) -> None:
        self.ids = tuple(ids)
        self.values = tuple(values)
        self.vectors = vectors
        self.is_euclidean = is_euclidean
        self.lengths = norms(list(vectors.T), len(self.ids))

    def compare(self, terms: Sequence[Doubles], rows: int) -> Doubles:
        """Return similarities or distances (rows, documents) of texts, given by term.

        NaN in rows that have no direction.
        """
        result = np.zeros((rows, len(self.ids)))
        for weights, column in zip(terms, self.vectors.T, strict=True):
            if self.is_euclidean:
                difference = weights[:, None] - column
                result += difference * difference
            else:
                result += weights[:, None] * column
        if self.is_euclidean:
            return np.sqrt(result)
        own = norms(terms, rows)
        products = own[:, None] * self.lengths
        with np.errstate(invalid="ignore"):
            result = np.where(products > 0, result / np.where(products > 0, products, 1.0), 0.0)
        result[~((own > 0) & (own < np.inf))] = np.nan
        return result

    def row_function(self) -> Callable[[Sequence[float]], list[float] | None]:
        """Return the comparison of one text; None where it has no direction."""
        vectors, lengths = self.vectors.tolist(), self.lengths.tolist()

        def distances(weights: Sequence[float]) -> list[float] | None:
            found = []
            if any(weight != weight for weight in weights):
                return None
            for vector in vectors:
                total = 0.0
                for weight, other in zip(weights, vector):  # noqa: B905 - equal by construction
                    total += (weight - other) * (weight - other)
                found.append(math.sqrt(total))
            return found

        def cosines(weights: Sequence[float]) -> list[float] | None:
            total = 0.0
            for weight in weights:
                total += weight * weight
            own = math.sqrt(total)
            if not 0 < own < math.inf:
                return None
            some = [(place, weight) for place, weight in enumerate(weights) if weight]
            found = []
            for vector, length in zip(vectors, lengths):  # noqa: B905 - equal by construction
                total = 0.0
                for place, weight in some:
                    total += weight * vector[place]
                found.append(total / (own * length) if own * length > 0 else 0.0)
            return found

        return distances if self.is_euclidean else cosines


class TextPredictor(Predictor):
    """The id of the best document; ties go to the first. `entityId` and `affinity` by rank.

    A frequency that is missing counts as 0; a row without any has no result.
    """

    def __init__(
        self,
        frequencies: Sequence[Step],
        documents: Documents,
        type: DataType,
        weights: Doubles,
        method: str,
        *,
        is_normal: bool,
    ) -> None:
        self.type = type
        self._frequencies = tuple(frequencies)
        self._documents = documents
        self._weights = weights
        self._method = method
        self._is_normal = is_normal
        self._wanted: set[str] = set()
        self._documents_wanted: dict[str, int] = {}

    def feature(self, element: OutputField) -> Feature | None:
        """Return entityId and affinity (of the document `value`, else by rank).

        Raises MarkupError for a document that there is not.
        """
        if element.feature in ("entityId", "clusterId"):
            self._wanted.add("entityId")
            return ranked_detail(element, "entityId", STRING)
        if element.feature not in ("affinity", "entityAffinity", "clusterAffinity"):
            return None
        if element.value is None:
            self._wanted.add("affinity")
            return ranked_detail(element, "affinity", DOUBLE)
        if element.value not in self._documents.ids:
            raise wrong(
                element,
                f"value {element.value!r} is no document of the corpus",
                code=mistakes.OUTPUT_REFERENCE,
                field=element.name,
            )
        name = f"affinity of {element.value}"
        self._documents_wanted[name] = self._documents.ids.index(element.value)
        return Detail(name, DOUBLE)

    def columns(self, batch: Batch) -> Prediction:
        """Compare all rows, a part of them at a time."""
        width = len(self._documents.ids)
        size = max(1, _CELLS // max(width, len(self._frequencies)))
        best = np.zeros(batch.size, np.int32)
        state = np.zeros(batch.size, np.uint8)
        errors: dict[int, EvaluationError] = {}
        wanted = self._wanted
        order = np.zeros((batch.size, width), np.int32) if wanted else None
        numbers = np.zeros((batch.size, width)) if "affinity" in wanted else None
        own = {name: np.zeros(batch.size) for name in self._documents_wanted}
        for start in range(0, batch.size, size):
            rows = slice(start, start + size)
            part = batch
            if size < batch.size:
                part = batch.select(np.arange(start, min(start + size, batch.size)))
            columns = [step.columns(part) for step in self._frequencies]
            counts, state[rows], failed = _counts(columns, part.size)
            errors.update((start + row, error) for row, error in failed.items())
            compared = self._documents.compare(self._weighted(counts), part.size)
            nothing = np.isnan(compared[:, 0])
            state[rows][nothing & (state[rows] == 0)] = MISSING
            keys = compared if self._documents.is_euclidean else -compared
            best[rows] = keys.argmin(axis=1)
            if order is not None:
                order[rows] = keys.argsort(axis=1, kind="stable")
                if numbers is not None:
                    numbers[rows] = np.take_along_axis(compared, order[rows], axis=1)
            for name, place in self._documents_wanted.items():
                own[name][rows] = compared[:, place]
        details: dict[str, Any] = {name: Column(cells, DOUBLE) for name, cells in own.items()}
        ids = Categories(self._documents.ids)
        if order is not None:
            items = Column(order.ravel(), STRING, categories=ids)
            details["entityId"] = Ranking.of_matrix(items, batch.size)
        if numbers is not None:
            details["affinity"] = Ranking.of_matrix(Column(numbers.ravel(), DOUBLE), batch.size)
        return Prediction(
            self._values(best, state, errors),
            entity_id=Column(best, STRING, state, categories=ids, errors=errors),
            details=details,
        )

    def _values(
        self,
        best: npt.NDArray[np.int32],
        state: npt.NDArray[np.uint8],
        errors: dict[int, EvaluationError],
    ) -> Column:
        if self.type.kind == "string":
            categories = Categories(self._documents.values)
            return Column(best, self.type, state, categories=categories, errors=errors)
        values = np.array(self._documents.values, self.type.dtype)[best]
        return Column(values, self.type, state, errors=errors)

    def _weighted(self, counts: Doubles) -> list[Doubles]:
        """Return the weights of frequencies (rows, terms), by term."""
        weights = local_weights(counts, self._method) * self._weights
        terms = list(weights.T)
        if self._is_normal:
            lengths = norms(terms, len(counts))
            lengths[lengths == 0] = 1.0
            terms = [term / lengths for term in terms]
        return terms

    def row_function(self) -> Callable[[Values], RowPrediction]:
        """Compare one row."""
        reads = [step.row_function() for step in self._frequencies]
        local, weights = LOCAL_WEIGHTS[self._method], self._weights.tolist()
        compare, is_normal = self._documents.row_function(), self._is_normal
        ids, values_of = self._documents.ids, self._documents.values
        is_largest = not self._documents.is_euclidean
        is_ranked, others = bool(self._wanted), tuple(self._documents_wanted.items())

        def run(values: Values) -> RowPrediction:
            given = [read(values) for read in reads]
            if all(count is None for count in given):
                return RowPrediction(None)
            counts = [0.0 if count is None else float(count) for count in given]
            if not all(0.0 <= count < math.inf for count in counts):
                raise EvaluationError(_NO_FREQUENCY)
            most = max(counts)
            vector = [
                local(count, most) * weight
                for count, weight in zip(counts, weights)  # noqa: B905 - equal by construction
            ]
            if is_normal:
                vector = _normalized(vector)
            compared = compare(vector)
            if compared is None:
                return RowPrediction(None)
            best = compared.index(max(compared) if is_largest else min(compared))
            details: dict[str, Any] = {name: compared[place] for name, place in others}
            if is_ranked:
                order = sorted(
                    range(len(ids)),
                    key=[-item for item in compared].__getitem__
                    if is_largest
                    else compared.__getitem__,
                )
                details["entityId"] = [ids[place] for place in order]
                details["affinity"] = [compared[place] for place in order]
            return RowPrediction(values_of[best], entity_id=ids[best], details=details)

        return run


def _normalized(vector: list[float]) -> list[float]:
    total = 0.0
    for weight in vector:
        total += weight * weight
    length = math.sqrt(total) or 1.0
    return [weight / length for weight in vector]


def _counts(
    columns: Sequence[Column], size: int
) -> tuple[Doubles, npt.NDArray[np.uint8], dict[int, EvaluationError]]:
    """Return the frequencies (rows, terms), 0 where one is missing, and the state of the rows."""
    counts = np.zeros((size, len(columns)))
    is_there = np.zeros(size, np.bool_)
    for place, column in enumerate(columns):
        usable = column.is_usable
        is_there |= usable
        counts[usable, place] = column.values[usable]
    _, errors = combined_state(*columns)
    state = np.where(is_there, np.uint8(0), np.uint8(MISSING))
    odd = ~((counts >= 0) & (counts < np.inf)).all(axis=1)
    for row in np.flatnonzero(odd).tolist():
        errors.setdefault(row, EvaluationError(_NO_FREQUENCY))
    counts[odd] = 0.0
    state[list(errors)] = ERROR
    return counts, state, errors

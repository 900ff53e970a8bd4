"""The rules that fit a row, by algorithm, basis and order: what predictors of rules share.

Specification: Output (algorithm, rank, rankBasis, rankOrder, isMultiValued, ruleFeature).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import ERROR, Column
from pmmlkit.columns.types import INTEGER, STRING, DataType, list_of
from pmmlkit.errors import EvaluationError
from pmmlkit.language import mistakes
from pmmlkit.language.mistakes import wrong
from pmmlkit.language.models.association.rules import FEATURES, Rule, ranked
from pmmlkit.language.models.prediction import Prediction, Predictor, RowPrediction
from pmmlkit.language.ranked_features import RankedFeature, Ranking
from pmmlkit.language.step import Batch, Values

if TYPE_CHECKING:
    from pmmlkit.language.output import OutputField
    from pmmlkit.language.result_features import Feature
    from pmmlkit.xml.declaration import Element

__all__ = ["Hits", "Packed", "RulePredictor"]

Packed = npt.NDArray[np.uint8]
"""A bit for each row, eight to a byte (`np.packbits`), for each of several things: (k, bytes)."""

_CELLS: Final = 32_000_000
"""How many bits are unpacked at once."""

_MOST: Final = 1 << 31
"""There are not so many rules: a rank beyond means the same as this one."""

_DEFAULT: Final = ("exclusiveRecommendation", "confidence", "descending")


@dataclass(frozen=True, slots=True)
class _Question:
    """What outputs ask for: the rules of an algorithm in an order, the first `most` (0: all)."""

    algorithm: str
    order: tuple[int, ...]
    most: int


@dataclass(frozen=True, slots=True)
class Hits:
    """Where antecedents and consequents of all rules are found, a bit for each row."""

    antecedents: Packed
    consequents: Packed

    def rules(self, algorithm: str, rules: Sequence[int], part: slice) -> Packed:
        """Return the bits of the rules that an algorithm returns, for the bytes in `part`."""
        found = self.antecedents[rules, part]
        if algorithm == "ruleAssociation":
            return found & self.consequents[rules, part]
        if algorithm == "exclusiveRecommendation":
            return found & ~self.consequents[rules, part]
        return found


class RulePredictor(Predictor):
    """A model that answers with rules. A subclass says where their two parts are found."""

    type = list_of(STRING)

    def __init__(self, rules: Sequence[Rule], elements: Sequence[Element]) -> None:
        self.rules = tuple(rules)
        self._elements = tuple(elements)
        self._questions: dict[str, _Question] = {}
        # The predicted value is what outputs answer by default; without rules it is missing.
        self._own = self._ask(*_DEFAULT, 1, None)

    def hits(self, batch: Batch) -> tuple[Hits, dict[int, EvaluationError]]:
        """Return where the rules are found, and the rows in error."""
        raise AssertionError(type(self).__name__)

    def row_hits(self) -> Callable[[Values], Callable[[str, Sequence[int]], Iterator[int]]]:
        """Return the function from a row to its answer: the rules that an algorithm returns, of
        those at some positions, in their order.
        """
        raise AssertionError(type(self).__name__)

    def feature(self, element: OutputField) -> Feature | None:
        """Return the feature of the rules that an OutputField asks for."""
        name = element.feature
        if name == "ruleValue":
            name = element.rule_feature
        name = {"entityId": "ruleId", "predictedValue": "consequent"}.get(name, name)
        is_display = name == "predictedDisplayValue"
        if name not in FEATURES and not is_display:
            return None
        most = min(max(element.rank, 0), _MOST)
        key = self._ask(element.algorithm, element.rank_basis, element.rank_order, most, element)
        attribute = "shown" if is_display else name
        type = list_of(STRING) if is_display else FEATURES[name]
        values = [rule.feature(attribute) for rule in self.rules]
        table = _Table(values, type)

        def of_row(prediction: RowPrediction) -> list[Any]:
            return [values[at] for at in prediction.details.get(key, ())]

        def of_columns(prediction: Prediction) -> Ranking:
            found: Ranking | None = prediction.details.get(key)
            if found is None:
                return Ranking(
                    table.column.take(_NONE), np.zeros(len(prediction.value) + 1, np.intp)
                )
            return Ranking(table.column.take(found.items.values), found.offsets)

        return RankedFeature(element, type, of_columns, of_row, always=True)

    def _ask(
        self, algorithm: str, basis: str, order: str, most: int, element: OutputField | None
    ) -> str:
        key = f"rules by {algorithm}, {basis}, {order}"
        known = self._questions.get(key)
        if known is None:
            try:
                places = ranked(self.rules, basis, order)
            except ValueError as error:
                raise wrong(
                    self._elements[error.args[0]],
                    f"the rule has no {basis}, by which "
                    f"{element.name if element else 'the model'!r} ranks rules",
                    code=mistakes.MISSING_ATTRIBUTE,
                ) from None
            self._questions[key] = _Question(algorithm, tuple(places), most)
        elif known.most and (not most or most > known.most):
            self._questions[key] = replace(known, most=most)
        return key

    def columns(self, batch: Batch) -> Prediction:
        """Answer all questions for all rows."""
        hits, errors = self.hits(batch)
        details = {
            key: _ranking(hits, question, batch.size) for key, question in self._questions.items()
        }
        own = details[self._own]
        table = _Table([rule.consequent for rule in self.rules], self.type)
        value = _first(own, table, batch.size)
        if errors:
            state = np.zeros(batch.size, np.uint8) if value.state is None else value.state.copy()
            state[list(errors)] = ERROR
            value = value.with_state(state, errors)
        return Prediction(value, details=details)

    def row_function(self) -> Callable[[Values], RowPrediction]:
        """Answer all questions for one row."""
        answer_of = self.row_hits()
        questions = [
            (key, question.algorithm, question.order, question.most)
            for key, question in self._questions.items()
        ]
        own, consequents = self._own, [rule.consequent for rule in self.rules]

        def run(values: Values) -> RowPrediction:
            answer = answer_of(values)
            details = {}
            for key, algorithm, order, most in questions:
                found = []
                for at in answer(algorithm, order):
                    found.append(at)
                    if len(found) == most:
                        break
                details[key] = found
            first = details[own]
            return RowPrediction(consequents[first[0]] if first else None, details=details)

        return run


_NONE = np.zeros(0, np.intp)


@dataclass(frozen=True)
class _Table:
    """A value for each rule, as a column that is made when it is first needed."""

    values: Sequence[Any]
    type: DataType

    @cached_property
    def column(self) -> Column:
        return Column.of(self.values, self.type)


def _first(ranking: Ranking, table: _Table, size: int) -> Column:
    starts, ends = ranking.offsets[:-1], ranking.offsets[1:]
    is_there = starts < ends
    if not is_there.any():
        return Column.missing(table.type, size)
    rules = ranking.items.values[np.where(is_there, starts, starts[is_there][0])]
    taken = table.column.take(rules)
    return taken.with_state((~is_there).view(np.uint8))


def _ranking(hits: Hits, question: _Question, size: int) -> Ranking:
    """Return the positions of the rules that a question returns, for all rows."""
    order = np.array(question.order, np.intp)
    width = max(_CELLS // max(len(order), 1) // 8, 1)
    rules: list[npt.NDArray[np.intp]] = []
    counts = np.zeros(size, np.intp)
    for start in range(0, (size + 7) // 8 if len(order) else 0, width):
        packed = hits.rules(question.algorithm, question.order, slice(start, start + width))
        stop = min(size, (start + width) * 8) - start * 8
        found = np.unpackbits(packed, axis=1, count=stop).view(np.bool_)
        rows, places = np.nonzero(np.ascontiguousarray(found.T))
        many = np.bincount(rows, minlength=stop)
        if question.most:
            before = np.arange(len(rows)) - np.repeat(np.cumsum(many) - many, many)
            places = places[before < question.most]
            many = np.minimum(many, question.most)
        counts[start * 8 : start * 8 + stop] = many
        rules.append(order[places])
    offsets = np.zeros(size + 1, np.intp)
    np.cumsum(counts, out=offsets[1:])
    items = np.concatenate(rules) if rules else _NONE
    return Ranking(Column(items.astype(np.int64), INTEGER), offsets)

"""SequenceModel over columns and over one row. Semantics chapter 26."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from pmmlkit.errors import EvaluationError
from pmmlkit.language import mistakes
from pmmlkit.language.mistakes import unsupported, wrong
from pmmlkit.language.models.association.basket import compile_basket
from pmmlkit.language.models.association.declaration import Item
from pmmlkit.language.models.association.predictor import item_positions, itemset_positions
from pmmlkit.language.models.association.ranking import Hits, RulePredictor
from pmmlkit.language.models.association.rules import Rule
from pmmlkit.language.models.sequence import declaration as elements
from pmmlkit.language.models.sequence.histories import HistoryReader, is_time
from pmmlkit.language.models.sequence.patterns import (
    ANY_TIME,
    Gap,
    Limits,
    Pattern,
    RulePattern,
    occurs,
)
from pmmlkit.language.step import Batch, Read, Values

if TYPE_CHECKING:
    from pmmlkit.language.scope import Scope
    from pmmlkit.xml.declaration import Element

__all__ = ["SequencePredictor", "compile_sequences"]

_NO_TIME = "PMML422"


def compile_sequences(model: elements.SequenceModel, scope: Scope) -> SequencePredictor:
    """Compile a SequenceModel.

    Raises MarkupError where items, sets, sequences and rules do not fit together, UnsupportedError
    where no field groups the rows.
    """
    if model.function_name != "sequences":
        raise unsupported(
            model,
            f"a SequenceModel cannot have functionName {model.function_name!r}",
            code=mistakes.FUNCTION_NAME,
        )
    inputs = scope.compilation.inputs
    if all(usage != "group" for usage, _ in inputs):
        text = "a sequence is of the rows of a group: the MiningSchema names no group field"
        raise unsupported(model, text)
    order = [Read(field) for usage, field in inputs if usage == "order"]
    scope.compilation.used.update(read.field.slot for read in order)
    compiler = _Compiler(model, scope, has_time=_has_time(order))
    rules = [compiler.rule(rule) for rule in model.sequence_rules]
    reader = HistoryReader(compile_basket(model, compiler.items, scope), order)
    return SequencePredictor(
        reader,
        compiler.sets,
        [pattern for _, pattern in rules],
        [rule for rule, _ in rules],
        model.sequence_rules,
    )


def _has_time(order: Sequence[Read]) -> bool:
    item = order[0].type.item if order else None
    return item is not None and is_time(item)


class _Compiler:
    """What the rules of a model refer to: items, sets by number, sequences by id."""

    def __init__(self, model: elements.SequenceModel, scope: Scope, *, has_time: bool) -> None:
        self._scope = scope
        self._has_time = has_time
        self._warned = False
        self.items = list(model.items)
        sets = itemset_positions(model.itemsets, item_positions(model.items), scope)
        for predicate in model.set_predicates:
            if predicate.id in sets:
                raise wrong(
                    predicate, f"two sets have the id {predicate.id!r}", code=mistakes.DUPLICATE_ID
                )
            sets[predicate.id] = self._predicate(predicate)
        self._numbers = {name: number for number, name in enumerate(sets)}
        self.sets = list(sets.values())
        self._constraints = model.constraints or elements.Constraints()
        self._sequences: dict[str, tuple[Pattern, elements.Sequence]] = {}
        for sequence in model.sequences:
            if sequence.id in self._sequences:
                raise wrong(
                    sequence,
                    f"two sequences have the id {sequence.id!r}",
                    code=mistakes.DUPLICATE_ID,
                )
            self._sequences[sequence.id] = (self._pattern(sequence), sequence)

    def _predicate(self, predicate: elements.SetPredicate) -> tuple[int, ...]:
        """Make items of the values of a SetPredicate."""
        if predicate.operator != "supersetOf":
            raise wrong(
                predicate,
                f"operator {predicate.operator!r} is none of the specification",
                code=mistakes.UNKNOWN_VALUE,
            )
        found = []
        for value in predicate.array.items(self._scope.compilation.limits):
            found.append(len(self.items))
            self.items.append(
                Item(
                    id=f"{predicate.id}: {value}",
                    value=value,
                    field=predicate.field,
                    category=value,
                )
            )
        return tuple(found)

    def _pattern(self, sequence: elements.Sequence) -> Pattern:
        constraints = self._constraints
        between = Limits(
            constraints.minimum_itemset_separation_time,
            _greatest(constraints.maximum_itemset_separation_time),
        )
        sets: list[int] = []
        gaps: list[Gap] = []
        delimiter: elements.Delimiter | None = None
        time: elements.Time | None = None
        for part in sequence.parts:
            if isinstance(part, elements.Delimiter):
                delimiter = part
            elif isinstance(part, elements.Time):
                time = part
            elif isinstance(part, elements.SetReference):
                if part.set_id not in self._numbers:
                    raise wrong(
                        part, f"there is no set {part.set_id!r}", code=mistakes.UNDEFINED_ID
                    )
                if sets:
                    if delimiter is None:
                        raise wrong(
                            part, "there is no Delimiter before it", code=mistakes.MISSING_ELEMENT
                        )
                    gaps.append(self._gap(delimiter, time, between, sequence))
                sets.append(self._numbers[part.set_id])
                delimiter, time = None, None
        if not sets:
            raise wrong(sequence, "has no SetReference", code=mistakes.MISSING_ELEMENT)
        # The time of the whole may be longer once a rule goes on.
        whole = Limits(high=_greatest(constraints.maximum_total_sequence_time))
        return Pattern(tuple(sets), tuple(gaps), self._limits(time, whole, sequence))

    def _gap(
        self,
        delimiter: elements.Delimiter,
        time: elements.Time | None,
        limits: Limits,
        user: Element,
    ) -> Gap:
        if delimiter.delimiter not in ("sameTimeWindow", "acrossTimeWindows"):
            raise wrong(
                delimiter,
                f"delimiter {delimiter.delimiter!r} is none of the schema's",
                code=mistakes.UNKNOWN_VALUE,
            )
        if delimiter.gap not in ("true", "false", "unknown"):
            raise wrong(
                delimiter,
                f"gap {delimiter.gap!r} is none of the schema's",
                code=mistakes.UNKNOWN_VALUE,
            )
        is_same = delimiter.delimiter == "sameTimeWindow"
        return Gap(
            is_same,
            not is_same and delimiter.gap == "false",
            ANY_TIME if is_same else self._limits(time, limits, user),
        )

    def _limits(self, time: elements.Time | None, limits: Limits, user: Element) -> Limits:
        """Return what a Time and a constraint allow together."""
        if time is not None:
            low = -np.inf if time.min is None else time.min
            limits = limits.within(Limits(low, _greatest(time.max)))
        # No time is negative.
        limits = Limits(limits.low if limits.low > 0 else -np.inf, limits.high)
        if not limits.are_set or self._has_time:
            return limits
        if not self._warned:
            self._warned = True
            text = "times are limited, but no order field holds times: the limits have no effect"
            self._scope.compilation.warn(_NO_TIME, text, user)
        return ANY_TIME

    def _sequence(
        self, element: elements.AntecedentSequence | elements.ConsequentSequence
    ) -> tuple[Pattern, elements.Sequence]:
        name = element.sequence_reference.seq_id
        if name not in self._sequences:
            raise wrong(element, f"there is no sequence {name!r}", code=mistakes.UNDEFINED_ID)
        pattern, sequence = self._sequences[name]
        limits = self._limits(element.time, pattern.limits, element)
        return Pattern(pattern.sets, pattern.gaps, limits), sequence

    def rule(self, rule: elements.SequenceRule) -> tuple[Rule, RulePattern]:
        """Compile one rule: what outputs say of it, and where it is found."""
        constraints = self._constraints
        antecedent, _ = self._sequence(rule.antecedent_sequence)
        consequent, following = self._sequence(rule.consequent_sequence)
        between = Limits(
            constraints.minimum_ant_cons_separation_time,
            _greatest(constraints.maximum_ant_cons_separation_time),
        )
        whole = Limits(
            constraints.minimum_total_sequence_time,
            _greatest(constraints.maximum_total_sequence_time),
        )
        pattern = RulePattern(
            antecedent,
            self._gap(rule.delimiter, rule.time_between, between, rule),
            consequent,
            self._limits(rule.time, whole, rule),
        )
        lift = rule.lift
        if lift is None and following.support:
            lift = rule.confidence / following.support
        values = [item.value for item in self.items]
        names = [
            item.value if item.mapped_value is None else item.mapped_value for item in self.items
        ]
        return (
            Rule(
                rule.id,
                self._values(antecedent, values),
                self._values(consequent, values),
                self._values(consequent, names),
                rule.support,
                rule.confidence,
                lift,
                text=f"{self._text(antecedent)}->{self._text(consequent)}",
            ),
            pattern,
        )

    def _values(self, pattern: Pattern, values: Sequence[str]) -> tuple[str, ...]:
        return tuple(values[at] for number in pattern.sets for at in self.sets[number])

    def _text(self, pattern: Pattern) -> str:
        sets = [[self.items[at].value for at in self.sets[number]] for number in pattern.sets]
        return "".join(f"{{{','.join(items)}}}" for items in sets)


def _greatest(limit: float | None) -> float:
    return np.inf if limit is None else limit


class SequencePredictor(RulePredictor):
    """Rules over the histories of groups."""

    sequential = True

    def __init__(
        self,
        reader: HistoryReader,
        sets: Sequence[tuple[int, ...]],
        patterns: Sequence[RulePattern],
        rules: Sequence[Rule],
        elements: Sequence[elements.SequenceRule],
    ) -> None:
        super().__init__(rules, elements)
        self._reader = reader
        self._sets = tuple(sets)
        self._patterns = tuple(patterns)

    def hits(self, batch: Batch) -> tuple[Hits, dict[int, EvaluationError]]:
        """Look for the sequences of all rules in all histories."""
        histories, errors = self._reader.columns(batch)
        shape = (len(self._patterns), (batch.size + 7) // 8)
        antecedents, both = np.empty(shape, np.uint8), np.empty(shape, np.uint8)
        known: dict[Pattern, np.ndarray[tuple[int], np.dtype[np.uint8]]] = {}
        for at, pattern in enumerate(self._patterns):
            if pattern.antecedent not in known:
                found = histories.find(pattern.antecedent, self._sets)
                known[pattern.antecedent] = np.packbits(found)
            antecedents[at] = known[pattern.antecedent]
            both[at] = np.packbits(histories.find(pattern, self._sets))
        return Hits(antecedents, both), errors

    def row_hits(self) -> Callable[[Values], Callable[[str, Sequence[int]], Iterator[int]]]:
        """Look for the sequences in one history."""
        history_of = self._reader.row_function()
        masks = [sum({1 << at for at in items}) for items in self._sets]
        patterns = self._patterns

        def run(values: Values) -> Callable[[str, Sequence[int]], Iterator[int]]:
            baskets, times = history_of(values)

            def holds(number: int, at: int) -> bool:
                return baskets[at] & masks[number] == masks[number]

            def answer(algorithm: str, order: Sequence[int]) -> Iterator[int]:
                for at in order:
                    pattern = patterns[at]
                    if not occurs(pattern.antecedent, holds, times):
                        continue
                    if algorithm != "recommendation":
                        wanted = algorithm == "ruleAssociation"
                        if occurs(pattern, holds, times) is not wanted:
                            continue
                    yield at

            return answer

        return run

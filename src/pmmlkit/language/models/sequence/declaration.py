"""The elements of SequenceModel. Specification: chapter Sequences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmmlkit.language.extension import Extension
from pmmlkit.language.models.association.declaration import Item, Itemset
from pmmlkit.language.models.model import Model
from pmmlkit.xml.content import child as leaf
from pmmlkit.xml.content import optional, repeat, seq
from pmmlkit.xml.declaration import Element, attribute, child, children, enumeration
from pmmlkit.xml.lexical import COUNT, INTEGER, NUMBER

if TYPE_CHECKING:
    from pmmlkit.language.arrays import Array
    from pmmlkit.language.models.prediction import Predictor
    from pmmlkit.language.models.target_field import TargetField
    from pmmlkit.language.scope import Scope

__all__ = [
    "AntecedentSequence",
    "ConsequentSequence",
    "Constraints",
    "Delimiter",
    "Sequence",
    "SequenceModel",
    "SequenceReference",
    "SequenceRule",
    "SetPredicate",
    "SetReference",
    "Time",
]


class Constraints(Element):
    """The limits under which sequences were looked for. Specification: Sequences.

    Those of time hold for scoring too; counts, supports and confidences describe the rules.
    """

    minimum_number_of_items: int = attribute(
        type=COUNT, default=1, earlier={"4.3": {"type": INTEGER}}
    )
    maximum_number_of_items: int | None = attribute(
        type=COUNT, default=None, earlier={"4.3": {"type": INTEGER}}
    )
    minimum_number_of_antecedent_items: int = attribute(
        type=COUNT, default=1, earlier={"4.3": {"type": INTEGER}}
    )
    maximum_number_of_antecedent_items: int | None = attribute(
        type=COUNT, default=None, earlier={"4.3": {"type": INTEGER}}
    )
    minimum_number_of_consequent_items: int = attribute(
        type=COUNT, default=1, earlier={"4.3": {"type": INTEGER}}
    )
    maximum_number_of_consequent_items: int | None = attribute(
        type=COUNT, default=None, earlier={"4.3": {"type": INTEGER}}
    )
    minimum_support: float = attribute(type=NUMBER, default=0.0)
    minimum_confidence: float = attribute(type=NUMBER, default=0.0)
    minimum_lift: float = attribute(type=NUMBER, default=0.0)
    minimum_total_sequence_time: float = attribute(type=NUMBER, default=0.0)
    maximum_total_sequence_time: float | None = attribute(type=NUMBER, default=None)
    minimum_itemset_separation_time: float = attribute(type=NUMBER, default=0.0)
    maximum_itemset_separation_time: float | None = attribute(type=NUMBER, default=None)
    minimum_ant_cons_separation_time: float = attribute(type=NUMBER, default=0.0)
    maximum_ant_cons_separation_time: float | None = attribute(type=NUMBER, default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())


class SetPredicate(Element):
    """A set by the values of a field: it is where all of them are. Specification: Sequences."""

    id: str = attribute(required=True)
    field: str = attribute(required=True)
    operator: str = attribute(default="supersetOf", earlier={"4.4.1": {"fixed": "supersetOf"}})
    extensions: tuple[Extension, ...] = children("Extension", default=())
    array: Array = child("Array", required=True)


class Delimiter(Element):
    """What lies between two sets of a sequence, or two sequences of a rule. Specification:
    Sequences.
    """

    delimiter: str = attribute(
        required=True, values=enumeration("sameTimeWindow", "acrossTimeWindows")
    )
    gap: str = attribute(required=True, values=enumeration("true", "false", "unknown"))
    extensions: tuple[Extension, ...] = children("Extension", default=())


class Time(Element):
    """The time that passes, as it was found and as it may be. Specification: Sequences."""

    min: float | None = attribute(type=NUMBER, default=None)
    max: float | None = attribute(type=NUMBER, default=None)
    mean: float | None = attribute(type=NUMBER, default=None)
    standard_deviation: float | None = attribute(type=NUMBER, default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())


class SetReference(Element):
    """An Itemset or a SetPredicate of a sequence. Specification: Sequences."""

    set_id: str = attribute(required=True)
    extensions: tuple[Extension, ...] = children("Extension", default=())


class Sequence(
    Element,
    content=seq(
        repeat(leaf("Extension", into="parts")),
        leaf("SetReference", into="parts"),
        repeat(
            seq(
                repeat(leaf("Extension", into="parts")),
                leaf("Delimiter", into="parts"),
                optional(leaf("Time", into="parts")),
                leaf("SetReference", into="parts"),
            )
        ),
        optional(leaf("Time", into="parts")),
    ),
):
    """Sets that follow each other. Specification: Sequences.

    `parts` are the SetReferences, with a Delimiter (and a Time) between any two of them, and the
    Time that all takes at the end.
    """

    id: str = attribute(required=True)
    number_of_sets: int | None = attribute(
        type=COUNT, default=None, earlier={"4.3": {"type": INTEGER}}
    )
    occurrence: int | None = attribute(type=INTEGER, default=None)
    support: float | None = attribute(type=NUMBER, default=None)
    parts: tuple[Element, ...] = children("Extension", "SetReference", "Delimiter", "Time")


class SequenceReference(Element):
    """A sequence of a rule. Specification: Sequences."""

    seq_id: str = attribute(required=True)
    extensions: tuple[Extension, ...] = children("Extension", default=())


class AntecedentSequence(Element):
    """The sequence that a rule starts from. Specification: Sequences."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    sequence_reference: SequenceReference = child("SequenceReference", required=True)
    time: Time | None = child("Time", default=None)


class ConsequentSequence(Element):
    """The sequence that a rule says will follow. Specification: Sequences."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    sequence_reference: SequenceReference = child("SequenceReference", required=True)
    time: Time | None = child("Time", default=None)


class SequenceRule(
    Element,
    content=seq(
        repeat(leaf("Extension", into="extensions")),
        leaf("AntecedentSequence", into="antecedent_sequence"),
        leaf("Delimiter", into="delimiter"),
        optional(leaf("Time", into="time_between")),
        leaf("ConsequentSequence", into="consequent_sequence"),
        optional(leaf("Time", into="time")),
    ),
):
    """After the one sequence, the other is likely. Specification: Sequences.

    `time_between` is that from the antecedent to the consequent, `time` that of the whole.
    """

    id: str = attribute(required=True)
    number_of_sets: int | None = attribute(
        type=COUNT, required=True, default=None, earlier={"4.3": {"type": INTEGER}}
    )
    occurrence: int | None = attribute(type=INTEGER, required=True, default=None)
    support: float = attribute(type=NUMBER, required=True)
    confidence: float = attribute(type=NUMBER, required=True)
    lift: float | None = attribute(type=NUMBER, default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    antecedent_sequence: AntecedentSequence = child("AntecedentSequence", required=True)
    delimiter: Delimiter = child("Delimiter", required=True)
    time_between: Time | None = child("Time", default=None)
    consequent_sequence: ConsequentSequence = child("ConsequentSequence", required=True)
    time: Time | None = child("Time", default=None)


class SequenceModel(
    Model,
    content=seq(
        repeat(leaf("Extension", into="extensions")),
        leaf("MiningSchema", into="mining_schema"),
        optional(leaf("ModelStats", into="model_stats")),
        optional(leaf("LocalTransformations", into="local_transformations")),
        optional(leaf("Constraints", into="constraints")),
        repeat(leaf("Item", into="items")),
        repeat(leaf("Itemset", into="itemsets")),
        repeat(leaf("SetPredicate", into="set_predicates")),
        repeat(leaf("Sequence", into="sequences"), 1),
        repeat(leaf("SequenceRule", into="sequence_rules")),
        repeat(leaf("Extension", into="trailing_extensions")),
    ),
):
    """Rules of what follows on what. Specification: Sequences.

    The counts describe the training and have no effect. The schema has no Output here; one that is
    there is read all the same.
    """

    number_of_transactions: int | None = attribute(
        type=COUNT, default=None, earlier={"4.3": {"type": INTEGER}}
    )
    max_number_of_items_per_transaction: int | None = attribute(
        type=COUNT, default=None, earlier={"4.3": {"type": INTEGER}}
    )
    avg_number_of_items_per_transaction: float | None = attribute(type=NUMBER, default=None)
    number_of_transaction_groups: int | None = attribute(
        type=COUNT, default=None, earlier={"4.3": {"type": INTEGER}}
    )
    max_number_of_tas_per_ta_group: int | None = attribute(
        "maxNumberOfTAsPerTAGroup", type=COUNT, default=None, earlier={"4.3": {"type": INTEGER}}
    )
    avg_number_of_tas_per_ta_group: float | None = attribute(
        "avgNumberOfTAsPerTAGroup", type=NUMBER, default=None
    )
    constraints: Constraints | None = child("Constraints", default=None)
    items: tuple[Item, ...] = children("Item", default=())
    itemsets: tuple[Itemset, ...] = children("Itemset", default=())
    set_predicates: tuple[SetPredicate, ...] = children("SetPredicate", default=())
    sequences: tuple[Sequence, ...] = children("Sequence", minimum=1)
    sequence_rules: tuple[SequenceRule, ...] = children("SequenceRule", default=())

    def build(self, scope: Scope, target: TargetField | None) -> Predictor:
        """Compile items, sets, sequences and rules."""
        from pmmlkit.language.models.sequence.predictor import compile_sequences

        return compile_sequences(self, scope)

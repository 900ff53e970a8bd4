"""SequenceModel. Specification: chapter Sequences."""

from pmmlkit.language.models.sequence.declaration import (
    AntecedentSequence,
    ConsequentSequence,
    Constraints,
    Delimiter,
    Sequence,
    SequenceModel,
    SequenceReference,
    SequenceRule,
    SetPredicate,
    SetReference,
    Time,
)

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

"""The kinds of mistakes that keep a document from being evaluated, each with its stable code.

What a code means is explained in `pmmlkit.validation.rules` (contradictions and refusals). A code
never changes its meaning; new kinds get new codes.
"""

from __future__ import annotations

from typing import Any, Final

from pmmlkit.errors import MarkupError, UnsupportedError
from pmmlkit.xml.declaration import Element

# --- names and scopes

UNDEFINED_FIELD: Final = "PMML101"
OUT_OF_SCOPE: Final = "PMML102"
DUPLICATE_NAME: Final = "PMML103"
DERIVED_FIELD_CYCLE: Final = "PMML104"
UNDEFINED_FUNCTION: Final = "PMML105"
RECURSIVE_FUNCTION: Final = "PMML106"
ARGUMENT_COUNT: Final = "PMML107"
ARGUMENT_TYPE: Final = "PMML108"

# --- fields and values

FIELD_NOT_IN_DICTIONARY: Final = "PMML110"
NO_TARGET: Final = "PMML111"
WRONG_TARGET: Final = "PMML112"
NOT_OF_TYPE: Final = "PMML113"
FIELD_TYPE: Final = "PMML114"
NOT_COMPARABLE: Final = "PMML115"
INTERVAL: Final = "PMML116"
OUTLIER_LIMITS: Final = "PMML117"

# --- elements and attributes

MISSING_ATTRIBUTE: Final = "PMML120"
MISSING_ELEMENT: Final = "PMML121"
UNKNOWN_VALUE: Final = "PMML122"
OUT_OF_RANGE: Final = "PMML123"
CONTRADICTION: Final = "PMML124"
EMPTY_MODEL: Final = "PMML125"
DUPLICATE_ID: Final = "PMML126"
UNDEFINED_ID: Final = "PMML127"
DUPLICATE_ENTRY: Final = "PMML128"

# --- arrays and tables

ARRAY_LENGTH: Final = "PMML130"
ARRAY_CONTENT: Final = "PMML131"
MATRIX_SHAPE: Final = "PMML132"
SPARSE_INDEX: Final = "PMML133"
WRONG_COUNT: Final = "PMML134"
MISSING_COLUMN: Final = "PMML135"
TABLE_CELL: Final = "PMML136"
AMBIGUOUS_MAPPING: Final = "PMML137"

# --- transformations, predicates, functions and categories of models

LINEAR_NORMS: Final = "PMML140"
FUNCTION_NAME: Final = "PMML141"
METHOD: Final = "PMML142"
CATEGORY_COUNT: Final = "PMML143"
UNKNOWN_CATEGORY: Final = "PMML144"

# --- trees, segments and output

DEFAULT_CHILD: Final = "PMML150"
NODE_SCORE: Final = "PMML151"
SCORE_DISTRIBUTION: Final = "PMML152"
SEGMENT_WEIGHT: Final = "PMML153"
SEGMENT_FUNCTION: Final = "PMML154"
OUTPUT_TYPES: Final = "PMML155"
OUTPUT_REFERENCE: Final = "PMML156"
RANK: Final = "PMML157"

# --- single models

MISSING_NEURON: Final = "PMML160"
NEURAL_OUTPUT: Final = "PMML161"
MISSING_VECTOR: Final = "PMML162"
PARTIAL_SCORE: Final = "PMML163"
REASON_CODES: Final = "PMML164"
COMPARISON: Final = "PMML165"
COVARIANCES: Final = "PMML166"
NODE_CYCLE: Final = "PMML167"
PARENTS: Final = "PMML168"
COUNTS: Final = "PMML169"
SERIES: Final = "PMML170"
HISTORY: Final = "PMML171"
NO_INPUT: Final = "PMML172"

# --- what pmmlkit itself does not do

NOT_EVALUATED: Final = "PMML601"
REFUSED_VALUE: Final = "PMML602"
PATTERN: Final = "PMML603"
NOT_SCORABLE: Final = "PMML604"
NO_MODEL: Final = "PMML605"
LIST_AS_VALUE: Final = "PMML606"


def wrong(
    element: Element | None, message: str, *, code: str, field: str | None = None
) -> MarkupError:
    """Make the error of a document in which `element` is wrong, or the `field` that it names."""
    return MarkupError(message, **_place(element), field=field, code=code)


def unsupported(
    element: Element | None, message: str, *, code: str | None = None, field: str | None = None
) -> UnsupportedError:
    """Make the error of a document that asks for what pmmlkit does not do."""
    return UnsupportedError(message, **_place(element), field=field, code=code)


def _place(element: Element | None) -> dict[str, Any]:
    return {} if element is None else {"element": element.tag, "line": element.line}

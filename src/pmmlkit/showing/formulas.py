"""Expressions and predicates as formulas: infix operators, calls, intervals, tables in short.

Specification: chapters Transformations, Functions, and Trees (Predicates). No recursion: formulas
grow from the innermost element out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from pmmlkit.errors import PmmlError
from pmmlkit.language.undeclared import undeclared
from pmmlkit.showing.formula import Formula, Listing, Names, Part, literal, quoted
from pmmlkit.showing.tables import bins, mapped, piecewise, text_options

__all__ = [
    "comparison",
    "derived_formula",
    "formula",
    "function_formula",
    "membership",
]

_OR, _XOR, _AND, _NOT, _TEST, _SUM, _PRODUCT, _POWER, _ATOM = range(9)
"""How tightly the outermost operator of a formula binds; an atom needs no parentheses."""

_OPERATORS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "equal": "=",
        "notEqual": "!=",
        "lessThan": "<",
        "lessOrEqual": "<=",
        "greaterThan": ">",
        "greaterOrEqual": ">=",
    }
)
_MISSING_TESTS: Final = MappingProxyType(
    {"isMissing": "is missing", "isNotMissing": "is not missing"}
)
_MEMBERSHIPS: Final = MappingProxyType({"isIn": "in", "isNotIn": "not in"})
_CHAINS: Final = MappingProxyType({"and": _AND, "or": _OR, "xor": _XOR, "+": _SUM, "*": _PRODUCT})
_PAIRS: Final = MappingProxyType({"-": _SUM, "/": _PRODUCT})


class _Piece(NamedTuple):
    parts: tuple[Part, ...]
    binding: int = _ATOM

    def within(self, binding: int) -> tuple[Part, ...]:
        """Return the parts, in parentheses where the operator around binds more tightly."""
        return self.parts if self.binding >= binding else ("(", *self.parts, ")")


def formula(root: Any, names: Names | None = None) -> Formula:
    """Return an expression or a predicate as a formula; what cannot be read is a question mark."""
    known = names or Names()
    order: list[Any] = [root]
    places: list[range] = []
    for element in order:
        below = _operands(element)
        places.append(range(len(order), len(order) + len(below)))
        order.extend(below)
    pieces: dict[int, _Piece] = {}
    for position in range(len(order) - 1, -1, -1):
        operands = [pieces.pop(place) for place in places[position]]
        pieces[position] = _piece(order[position], operands, known)
    return Formula(pieces[0].parts)


def function_formula(function: Any, names: Names | None = None) -> Formula:
    """Return the body of a function of the document."""
    known = names or Names()
    own = {item.name: item.data_type for item in function.parameters if item.data_type}
    return _body(function, Names({**known.types, **own}))


def derived_formula(derived: Any, names: Names | None = None) -> Formula:
    """Return what a DerivedField, or anything else that holds one expression, computes."""
    return _body(derived, names or Names())


def _body(holder: Any, names: Names) -> Formula:
    if holder.expression is not None:
        return formula(holder.expression, names)
    return Formula((f"? ({undeclared(holder) or 'no expression'})",))


def comparison(name: str | None, operator: str | None, text: Any, names: Names) -> Formula:
    """Return the comparison of a field with a value, or the question whether it is missing."""
    return Formula(_comparison(name, operator, text, names).parts)


def membership(
    name: str | None, operator: str | None, items: Iterable[str], names: Names
) -> Formula:
    """Return the question whether the value of a field is in a set."""
    return Formula(_membership(name, operator, items, names).parts)


def _operands(element: Any) -> Sequence[Any]:
    tag = getattr(element, "tag", None)
    if tag == "Apply":
        return tuple(element.expressions or ())
    if tag == "CompoundPredicate":
        return tuple(element.predicates or ())
    if tag == "TextIndex" and element.expression is not None:
        return (element.expression,)
    return ()


def _piece(element: Any, operands: list[_Piece], names: Names) -> _Piece:
    if element is None:
        return _Piece(("?",))
    write = _WRITERS.get(element.tag)
    if write is None:
        return _Piece((f"? ({element.tag})",))
    return write(element, operands, names)


def _with_notes(piece: _Piece, notes: Iterable[tuple[str, Part | None]]) -> _Piece:
    """Add what happens to missing values and the like, in brackets."""
    told: list[Part] = []
    for name, value in notes:
        if value is not None:
            told += [", " if told else " [", f"{name}: ", value]
    return _Piece((*piece.within(_ATOM), *told, "]")) if told else piece


def _given(text: Any, type: str | None = None) -> Part | None:
    return None if text is None else literal(text, type)


# Expressions


def _constant(element: Any, operands: list[_Piece], names: Names) -> _Piece:
    if element.missing:
        return _Piece(("missing",))
    return _Piece((literal(element.text or "", element.data_type),))


def _field(element: Any, operands: list[_Piece], names: Names) -> _Piece:
    own = _Piece((names.field(element.field),))
    return _with_notes(own, [("missing", _given(element.map_missing_to))])


def _error(element: Any, operands: list[_Piece], names: Names) -> _Piece:
    return _Piece((f"error({quoted(element.message or '')})",))


def _norm_continuous(element: Any, operands: list[_Piece], names: Names) -> _Piece:
    # Between two points there is a bare line, which a sum around it must not take apart.
    own = _Piece(piecewise(element, names), _SUM if len(element.linear_norms or ()) == 2 else _ATOM)
    return _with_notes(own, [("missing", _given(element.map_missing_to))])


def _norm_discrete(element: Any, operands: list[_Piece], names: Names) -> _Piece:
    test = _comparison(element.field, "equal", element.value, names)
    own = _Piece(("if(", *test.parts, ", 1, 0)"))
    return _with_notes(own, [("missing", _given(element.map_missing_to))])


def _discretize(element: Any, operands: list[_Piece], names: Names) -> _Piece:
    return _Piece(bins(element, names))


def _map_values(element: Any, operands: list[_Piece], names: Names) -> _Piece:
    return _Piece(mapped(element, names))


def _text_index(element: Any, operands: list[_Piece], names: Names) -> _Piece:
    term: tuple[Part, ...] = operands[0].parts if operands else ("?",)
    options = "".join(f", {option}" for option in text_options(element))
    return _Piece((f"textIndex({names.field(element.text_field)}, ", *term, f"{options})"))


def _aggregate(element: Any, operands: list[_Piece], names: Names) -> _Piece:
    group = "" if element.group_field is None else f" by {names.field(element.group_field)}"
    where = "" if element.sql_where is None else f" where {element.sql_where}"
    return _Piece((f"{element.function}({names.field(element.field)}{group}{where})",))


def _lag(element: Any, operands: list[_Piece], names: Names) -> _Piece:
    blocks = [names.field(item.field) for item in element.block_indicators or ()]
    within = f" within {', '.join(blocks)}" if blocks else ""
    name = names.field(element.field)
    if element.aggregate in (None, "none"):
        return _Piece((f"lag({name}, ", element.n, f"{within})"))
    return _Piece((f"{element.aggregate}(lag({name}, 1..", element.n, f"{within}))"))


def _apply(element: Any, operands: list[_Piece], names: Names) -> _Piece:
    treatment = element.invalid_value_treatment
    notes = [
        ("missing", _given(element.map_missing_to)),
        ("default", _given(element.default_value)),
        ("invalid", None if treatment in (None, "returnInvalid") else treatment),
    ]
    return _with_notes(_call(element.function or "?", operands, names), notes)


def _call(name: str, operands: list[_Piece], names: Names) -> _Piece:
    count = len(operands)
    if name in _CHAINS and count > 1:
        return _chain(name, operands)
    if name in _PAIRS and count == 2:
        return _pair(name, *operands)
    if name == "pow" and count == 2:
        left, right = operands[0].within(_ATOM), operands[1].within(_ATOM)
        return _Piece((*left, " ^ ", *right), _POWER)
    if name in _OPERATORS and count == 2:
        left, right = operands[0].within(_SUM), operands[1].within(_SUM)
        return _Piece((*left, f" {_OPERATORS[name]} ", *right), _TEST)
    if name in _MISSING_TESTS and count == 1:
        return _Piece((*operands[0].within(_SUM), f" {_MISSING_TESTS[name]}"), _TEST)
    if name in _MEMBERSHIPS and count > 1:
        items = Listing(tuple(_flat(operand) for operand in operands[1:]))
        return _Piece((*operands[0].within(_SUM), f" {_MEMBERSHIPS[name]} {{", items, "}"), _TEST)
    if name == "not" and count == 1:
        return _Piece(("not ", *operands[0].within(_NOT)), _NOT)
    parts: list[Part] = [f"{names.field(name)}("]
    for position, operand in enumerate(operands):
        parts += [", " if position else "", *operand.parts]
    return _Piece((*parts, ")"))


def _pair(operator: str, left: _Piece, right: _Piece) -> _Piece:
    binding = _PAIRS[operator]
    if operator == "-" and len(right.parts) == 1:
        number = right.parts[0]
        if isinstance(number, int | float) and number < 0:
            return _Piece((*left.within(binding), " + ", -number), binding)
    return _Piece((*left.within(binding), f" {operator} ", *right.within(binding + 1)), binding)


def _flat(operand: _Piece) -> tuple[str | int | float, ...]:
    return tuple(
        Formula((part,)).text() if isinstance(part, Listing) else part for part in operand.parts
    )


def _chain(operator: str, operands: list[_Piece]) -> _Piece:
    binding = _CHAINS[operator]
    parts: list[Part] = []
    for position, operand in enumerate(operands):
        inside = operand.within(binding)
        number = inside[0] if len(inside) == 1 and position else 0
        if operator == "+" and isinstance(number, int | float) and number < 0:
            parts += [" - ", -number]
        else:
            parts += [f" {operator} " if position else "", *inside]
    return _Piece(tuple(parts), binding)


# Predicates


def _simple(element: Any, operands: list[_Piece], names: Names) -> _Piece:
    return _comparison(element.field, element.operator, element.value, names)


def _comparison(name: str | None, operator: str | None, text: Any, names: Names) -> _Piece:
    field = names.field(name)
    test = _MISSING_TESTS.get(operator or "")
    if test is not None:
        return _Piece((f"{field} {test}",), _TEST)
    sign = _OPERATORS.get(operator or "", operator or "?")
    return _Piece((f"{field} {sign} ", names.literal(name, text)), _TEST)


def _simple_set(element: Any, operands: list[_Piece], names: Names) -> _Piece:
    try:
        items: Sequence[str] = () if element.array is None else element.array.items()
    except PmmlError:
        items = element.array.text.split()
    return _membership(element.field, element.boolean_operator, items, names)


def _membership(
    name: str | None, operator: str | None, items: Iterable[str], names: Names
) -> _Piece:
    listing = Listing(tuple((names.literal(name, item),) for item in items))
    word = _MEMBERSHIPS.get(operator or "", operator or "?")
    return _Piece((f"{names.field(name)} {word} {{", listing, "}"), _TEST)


def _compound(element: Any, operands: list[_Piece], names: Names) -> _Piece:
    operator = element.boolean_operator
    if operator in _CHAINS and len(operands) > 1:
        return _chain(operator, operands)
    return _call(operator or "?", operands, names)


def _always(text: str) -> Callable[[Any, list[_Piece], Names], _Piece]:
    return lambda element, operands, names: _Piece((text,))


_WRITERS: Final[Mapping[str, Callable[[Any, list[_Piece], Names], _Piece]]] = MappingProxyType(
    {
        "Constant": _constant,
        "FieldRef": _field,
        "X-Error": _error,
        "NormContinuous": _norm_continuous,
        "NormDiscrete": _norm_discrete,
        "Discretize": _discretize,
        "MapValues": _map_values,
        "TextIndex": _text_index,
        "Aggregate": _aggregate,
        "Lag": _lag,
        "Apply": _apply,
        "SimplePredicate": _simple,
        "SimpleSetPredicate": _simple_set,
        "CompoundPredicate": _compound,
        "True": _always("true"),
        "False": _always("false"),
    }
)

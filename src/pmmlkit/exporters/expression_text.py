"""Expressions in Python's notation, parsed and computed without running any code."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from pmmlkit.errors import DataError

__all__ = ["FUNCTIONS", "Expression", "evaluated", "parsed"]

MOST_CHARACTERS = 10_000
DEEPEST = 100


@dataclass(frozen=True, slots=True)
class Expression:
    """A text that has been parsed, and the columns that it names, by name or place."""

    text: str
    root: ast.expr
    columns: tuple[str | int, ...]


def _missing(values: Any) -> Any:
    if hasattr(values, "term"):
        return np.isnan(values)
    array = np.asarray(values)
    if array.dtype.kind == "f":
        return np.isnan(array)
    if array.dtype.kind in "iub":
        return np.zeros(array.shape, np.bool_)
    return np.array([it is None or it != it for it in array.ravel().tolist()]).reshape(array.shape)


def _filled(values: Any, value: Any) -> Any:
    return np.where(_missing(values), value, values)


def _where(condition: Any, then: Any, otherwise: Any) -> Any:
    return np.where(condition, then, otherwise)


def _of_each(text: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return a function of each text; missing ones stay missing."""

    def function(values: Any) -> Any:
        if hasattr(values, "term"):
            return _symbolic(text.__name__, values)
        array = np.asarray(values, object)
        flat = [None if it is None or it != it else text(it) for it in array.ravel().tolist()]
        if text is len:
            numbers = [math.nan if it is None else float(it) for it in flat]
            return np.array(numbers).reshape(array.shape)
        made = np.empty(len(flat), object)
        made[:] = flat
        return made.reshape(array.shape)

    return function


def _symbolic(name: str, values: Any) -> Any:
    from pmmlkit.exporters.tracing import texts

    build = {"len": texts.length, "upper": texts.upper, "lower": texts.lower, "strip": texts.strip}
    return values.like(build[name](values.term))


FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = MappingProxyType(
    {
        **{
            name: getattr(np, name)
            for name in [
                "abs",
                "sign",
                "sqrt",
                "cbrt",
                "square",
                "exp",
                "exp2",
                "expm1",
                "log",
                "log2",
                "log10",
                "log1p",
                "sin",
                "cos",
                "tan",
                "arcsin",
                "arccos",
                "arctan",
                "arctan2",
                "sinh",
                "cosh",
                "tanh",
                "arcsinh",
                "arccosh",
                "arctanh",
                "hypot",
                "floor",
                "ceil",
                "trunc",
                "rint",
                "minimum",
                "maximum",
                "fmin",
                "fmax",
                "deg2rad",
                "rad2deg",
                "isfinite",
                "isinf",
                "clip",
            ]
        },
        "round": np.round,
        "where": _where,
        "isnan": _missing,
        "isna": _missing,
        "fillna": _filled,
        "len": _of_each(len),
        "upper": _of_each(str.upper),
        "lower": _of_each(str.lower),
        "strip": _of_each(str.strip),
    }
)
"""What an expression may call."""

CONSTANTS: Final = MappingProxyType({"pi": math.pi, "e": math.e, "nan": math.nan, "inf": math.inf})

_BINARY: Final[Mapping[type, Callable[[Any, Any], Any]]] = MappingProxyType(
    {
        ast.Add: np.add,
        ast.Sub: np.subtract,
        ast.Mult: np.multiply,
        ast.Div: np.true_divide,
        ast.FloorDiv: np.floor_divide,
        ast.Mod: np.remainder,
        ast.Pow: np.power,
        ast.BitAnd: np.logical_and,
        ast.BitOr: np.logical_or,
        ast.BitXor: np.logical_xor,
    }
)

_COMPARED: Final[Mapping[type, Callable[[Any, Any], Any]]] = MappingProxyType(
    {
        ast.Eq: np.equal,
        ast.NotEq: np.not_equal,
        ast.Lt: np.less,
        ast.LtE: np.less_equal,
        ast.Gt: np.greater,
        ast.GtE: np.greater_equal,
    }
)

_UNARY: Final[Mapping[type, Callable[[Any], Any]]] = MappingProxyType(
    {
        ast.USub: np.negative,
        ast.UAdd: np.positive,
        ast.Not: np.logical_not,
        ast.Invert: np.logical_not,
    }
)


@cache
def parsed(text: str) -> Expression:
    """Parse a text; raise DataError for what is no expression of the kinds that are allowed."""
    if not isinstance(text, str):
        raise DataError(f"an expression is a text, not {text!r:.60}")
    if len(text) > MOST_CHARACTERS:
        raise DataError(f"an expression has more than {MOST_CHARACTERS:,} characters")
    try:
        root = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise DataError(f"{text!r:.200} is no expression: {error}") from error
    columns: dict[str | int, None] = {}
    pending = [(root, 0)]
    while pending:
        node, depth = pending.pop()
        if depth > DEEPEST:
            raise DataError(f"{text!r:.60}...: an expression is nested {DEEPEST} times at most")
        pending += [(inner, depth + 1) for inner in _parts(node, text, columns)]
    return Expression(text, root, tuple(columns))


def _parts(node: ast.expr, text: str, columns: dict[str | int, None]) -> Sequence[ast.expr]:
    """Check one node, note the column that it names, and return the nodes beneath."""
    parts: Sequence[ast.expr] = ()
    if isinstance(node, ast.Constant) and isinstance(node.value, str | int | float):
        pass
    elif isinstance(node, ast.Name):
        if node.id not in CONSTANTS:
            columns[node.id] = None
    elif isinstance(node, ast.Subscript):
        columns[_subscript(node, text)] = None
    elif isinstance(node, ast.BinOp) and type(node.op) in _BINARY:
        parts = (node.left, node.right)
    elif isinstance(node, ast.UnaryOp):
        parts = (node.operand,)
    elif isinstance(node, ast.BoolOp):
        parts = node.values
    elif isinstance(node, ast.IfExp):
        parts = (node.test, node.body, node.orelse)
    elif isinstance(node, ast.Compare):
        parts = _compared(node, text)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
        parts = _arguments(node.func.id, node.args, text)
    else:
        raise DataError(f"{text!r:.200}: {ast.unparse(node)!r:.80} is not allowed in an expression")
    return parts


def _arguments(name: str, arguments: Sequence[ast.expr], text: str) -> Sequence[ast.expr]:
    if name not in FUNCTIONS:
        raise DataError(
            f"{text!r:.200}: the function {name!r} is not known; there are "
            + ", ".join(sorted(FUNCTIONS))
        )
    return arguments


def _compared(node: ast.Compare, text: str) -> Sequence[ast.expr]:
    lists = [isinstance(operator, ast.In | ast.NotIn) for operator in node.ops]
    if not any(lists):
        if not all(type(operator) in _COMPARED for operator in node.ops):
            raise DataError(f"{text!r:.200}: `is` compares objects: use == or isna()")
        return (node.left, *node.comparators)
    items = node.comparators[0]
    is_list = isinstance(items, ast.List | ast.Tuple | ast.Set)
    if len(lists) > 1 or not is_list:
        raise DataError(f"{text!r:.200}: `in` needs a list of constants")
    assert isinstance(items, ast.List | ast.Tuple | ast.Set)
    return (node.left, *items.elts)


def _subscript(node: ast.Subscript, text: str) -> str | int:
    inside = node.slice
    is_table = isinstance(node.value, ast.Name) and node.value.id == "X"
    if is_table and isinstance(inside, ast.Constant) and isinstance(inside.value, str | int):
        return inside.value
    raise DataError(f'{text!r:.200}: a column is X["name"] or X[0]')


def evaluated(expression: Expression, column: Callable[[str | int], Any]) -> Any:
    """Return the values of an expression; `column` gives those of a column.

    Raises DataError where a function gets arguments that it does not take.
    """
    try:
        with np.errstate(all="ignore"):
            return _value(expression.root, expression.text, column)
    except (TypeError, ValueError) as error:
        raise DataError(f"{expression.text!r:.200} cannot be computed: {error}") from error


def _value(node: ast.expr, text: str, column: Callable[[str | int], Any]) -> Any:
    def value(inner: ast.expr) -> Any:
        return _value(inner, text, column)

    result: Any
    if isinstance(node, ast.Constant):
        result = node.value
    elif isinstance(node, ast.Name):
        known = CONSTANTS.get(node.id)
        result = column(node.id) if known is None else known
    elif isinstance(node, ast.Subscript):
        result = column(_subscript(node, text))
    elif isinstance(node, ast.BinOp):
        result = _BINARY[type(node.op)](value(node.left), value(node.right))
    elif isinstance(node, ast.UnaryOp):
        result = _UNARY[type(node.op)](value(node.operand))
    elif isinstance(node, ast.BoolOp):
        junction = np.logical_and if isinstance(node.op, ast.And) else np.logical_or
        result = reduce(junction, map(value, node.values))
    elif isinstance(node, ast.IfExp):
        result = np.where(value(node.test), value(node.body), value(node.orelse))
    elif isinstance(node, ast.Compare):
        result = _of_comparison(node, value)
    else:
        assert isinstance(node, ast.Call)
        assert isinstance(node.func, ast.Name)
        result = FUNCTIONS[node.func.id](*map(value, node.args))
    return result


def _of_comparison(node: ast.Compare, value: Callable[[ast.expr], Any]) -> Any:
    left = value(node.left)
    if isinstance(node.ops[0], ast.In | ast.NotIn):
        items = node.comparators[0]
        assert isinstance(items, ast.List | ast.Tuple | ast.Set)
        tests = [np.equal(left, value(item)) for item in items.elts]
        found = reduce(np.logical_or, tests) if tests else np.zeros_like(left, dtype=bool)
        return np.logical_not(found) if isinstance(node.ops[0], ast.NotIn) else found
    tests = []
    for operator, following in zip(node.ops, node.comparators, strict=True):
        right = value(following)
        tests.append(_COMPARED[type(operator)](left, right))
        left = right
    return reduce(np.logical_and, tests)

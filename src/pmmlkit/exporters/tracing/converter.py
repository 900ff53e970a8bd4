"""Converters that trace: FunctionTransformer, and transformers that users wrote."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pmmlkit.errors import ExportError
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.features import (
    Feature,
    InputField,
    data_type_of,
    may_be_missing,
    name_of,
    uniform,
)
from pmmlkit.exporters.registry import MODULES, Converter, converts
from pmmlkit.exporters.tracing import rows
from pmmlkit.exporters.tracing.checking import Unchecked, checked
from pmmlkit.exporters.tracing.failing import not_traceable
from pmmlkit.exporters.tracing.frame import Frame
from pmmlkit.exporters.tracing.series import Series
from pmmlkit.exporters.tracing.substitution import Substitution
from pmmlkit.exporters.tracing.symbols import Column, Symbol, Table, is_symbolic, parts_of
from pmmlkit.exporters.tracing.terms import Leaf, Term, Untraceable, leaf
from pmmlkit.exporters.tracing.writing import features_of

__all__ = ["Function", "function_transformer", "traced", "tracing_converter"]


@dataclass(frozen=True, slots=True)
class Function:
    """A function of a table that a user wrote.

    `title` and `name` are for messages and for names of fields; `call` is the real one; `symbolic`
    gives it for symbols.
    """

    title: str
    name: str
    call: Callable[[Any], Any]
    symbolic: Callable[[Substitution], Callable[[Any], Any]]


@converts("sklearn.preprocessing.FunctionTransformer")
def function_transformer(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Convert by calling the function with symbolic columns."""
    if hasattr(estimator, "n_features_in_"):
        uniform(features, estimator.n_features_in_, estimator)
    inner = estimator.func
    if inner is None:
        return list(features)
    options = dict(estimator.kw_args or {})
    name = getattr(inner, "__name__", type(inner).__name__)
    function = Function(
        f"FunctionTransformer({name})",
        "function" if name == "<lambda>" else name,
        lambda X: inner(X, **options),
        lambda substitution: lambda X: substitution.function(inner)(X, **options),
    )
    flavours = ["array"] if estimator.validate else _flavours(estimator, features)
    return traced(function, features, context, flavours)


def tracing_converter(estimator: Any) -> Converter | None:
    """Return the converter of a transformer that no library knows; None for anything else."""
    kind = type(estimator)
    owner = next((base for base in kind.__mro__ if "transform" in vars(base)), None)
    if owner is None or hasattr(estimator, "predict"):
        return None
    if owner.__module__.partition(".")[0] in MODULES and owner.__module__ != "__main__":
        return None
    return _of_transformer


def _of_transformer(estimator: Any, features: Sequence[Feature], context: Context) -> list[Feature]:
    if hasattr(estimator, "n_features_in_"):
        uniform(features, estimator.n_features_in_, estimator)
    kind = type(estimator).__name__
    function = Function(
        f"{kind}.transform",
        kind,
        estimator.transform,
        lambda substitution: lambda X: substitution.instance(estimator).transform(X),
    )
    return traced(function, features, context, _flavours(estimator, features))


def _flavours(estimator: Any, features: Sequence[Feature]) -> list[str]:
    """Return as what a function may get its table, the likeliest first."""
    if getattr(estimator, "feature_names_in_", None) is not None:
        return ["frame"]
    if hasattr(estimator, "n_features_in_"):
        return ["array"]
    from_table = all(isinstance(feature, InputField) for feature in features)
    found = ["frame", "array"] if from_table else ["array", "frame"]
    return ["series", *found, "vector"] if len(features) == 1 else found


def traced(
    function: Function, features: Sequence[Feature], context: Context, flavours: Sequence[str]
) -> list[Feature]:
    """Return the features that a function makes of others, found by calling it with symbols, and
    checked on rows.

    Raises ExportError: it cannot be traced (with the line of the user's code), or what was traced
    differs from what the function makes of rows.
    """
    errors: list[BaseException] = []
    for flavour in flavours:
        try:
            made, _ = _trace(function, features, context, flavour)
            _check(function, features, context, flavour)
        except Exception as error:
            if isinstance(error, ExportError) and not isinstance(error.__cause__, Untraceable):
                raise
            errors.append(error)
            continue
        return made
    chosen = next((it for it in errors if isinstance(it, Untraceable)), errors[0])
    raise not_traceable(function.title, chosen) from chosen


def _trace(
    function: Function, features: Sequence[Feature], context: Context, flavour: str
) -> tuple[list[Feature], list[Term]]:
    substitution = Substitution(context.transform)
    given = _given(features, flavour)
    result = function.symbolic(substitution)(given)
    terms, labels = _collected(result)
    taken = {name_of(feature) for feature in features}
    names = [
        label if label is None or label not in taken or isinstance(term, Leaf) else None
        for label, term in zip(labels, terms, strict=True)
    ]
    return features_of(terms, names, function.name), terms


def _given(features: Sequence[Feature], flavour: str) -> Symbol:
    terms = [leaf(feature) for feature in features]
    names = [name_of(feature) for feature in features]
    if flavour == "frame":
        return Frame(terms, names)
    if flavour == "series":
        return Series(terms[0], names[0])
    return Column(terms[0]) if flavour == "vector" else Table(_of_array(terms))


def _of_array(terms: list[Term]) -> list[Term]:
    """Return the columns as an array holds them: of one dtype."""
    from pmmlkit.exporters.tracing.algebra import number
    from pmmlkit.exporters.tracing.terms import retyped

    kinds = {term.kind for term in terms}
    if len(kinds) > 1 and kinds <= {"double", "integer", "boolean"}:
        return [retyped(number(term), "double") for term in terms]
    return terms


def _collected(result: Any) -> tuple[list[Term], list[str | None]]:
    if type(result).__module__.partition(".")[0] == "scipy":
        raise Untraceable("a sparse matrix is returned: return an array")
    if hasattr(result, "columns") and is_symbolic(getattr(result, "values", None)):
        # a data frame of pandas with one row of symbols
        return parts_of(result.values), [str(name) for name in result.columns]
    if isinstance(result, Table) and result.turned:
        raise Untraceable("the transpose of a table is returned: its rows are columns")
    if isinstance(result, Frame):
        return list(result._terms), [str(label) for label in result.labels or ()]
    if isinstance(result, Series):
        return list(result._terms), [None if result.name is None else str(result.name)]
    terms = parts_of(result)
    return terms, [None] * len(terms)


def _check(function: Function, features: Sequence[Feature], context: Context, flavour: str) -> None:
    inputs = _stand_ins(features)
    made, terms = _trace(function, inputs, context, flavour)
    constants = rows.constants_of(terms)
    samples = getattr(context, "samples", None)
    reason = ""
    for missing in (True, False):
        for positive in (False, True):
            found = rows.sampled(samples, features, missing=missing)
            if found is None:
                found = rows.made_up(inputs, constants, missing=missing, positive=positive)
            elif positive:
                continue
            try:
                checked(function.title, function.call, made, inputs, found, flavour)
            except Unchecked as error:
                reason = reason or str(error)
                continue
            return
    raise ExportError(
        f"{function.title} was traced, but cannot be checked, as it fails on rows that were made "
        f"up: {reason}: pass X= to export"
    )


def _stand_ins(features: Sequence[Feature]) -> list[InputField]:
    """Return input columns in place of features, of the same types."""
    made: list[InputField] = []
    taken: set[str] = set()
    for number, feature in enumerate(features, 1):
        name = name_of(feature)
        if name in taken or not isinstance(feature, InputField):
            name = f"column {number}"
        taken.add(name)
        data_type = data_type_of(feature) or "double"
        categories = feature.categories if isinstance(feature, InputField) else ()
        made.append(InputField(name, data_type, categories, may_be_missing(feature)))
    return made

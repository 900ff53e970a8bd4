"""The derived fields of a document without a model: compiled, and run over columns or one row.

Specification: chapters Transformations and Mining Schema. There is no MiningSchema: a DataField is
prepared as a MiningField says that has its name alone. So missing values stay missing, and a row
with a value that is not valid fails.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pmmlkit.columns.types import DOUBLE
from pmmlkit.computation import Computation, Plan
from pmmlkit.errors import DataError
from pmmlkit.language import mistakes
from pmmlkit.language.derived_field import TransformationDictionary, declare_transformations
from pmmlkit.language.document import PMML, Document
from pmmlkit.language.mining_schema import MiningField, MiningSchema
from pmmlkit.language.mistakes import wrong
from pmmlkit.language.models.prediction import Prediction, RowPrediction, nothing
from pmmlkit.language.preparation import declare_data_fields
from pmmlkit.language.scope import Compilation, Scope
from pmmlkit.language.step import Batch, Values
from pmmlkit.limits import Limits
from pmmlkit.program import Program
from pmmlkit.program_fields import Output, compile_inputs

__all__ = ["Transformation", "compiled"]


def compiled(
    document: Document,
    model: str | None = None,
    *,
    nan_is_missing: bool = True,
    limits: Limits | None = None,
    tuned: bool = True,
) -> Program | Transformation:
    """Compile a model of a document, or what a document without one transforms.

    Raises MarkupError, UnsupportedError, LimitError.
    """
    if model is None and _is_transformation(document.root):
        return Transformation(document, nan_is_missing=nan_is_missing, limits=limits, tuned=tuned)
    return Program(document, model, nan_is_missing=nan_is_missing, limits=limits, tuned=tuned)


def _is_transformation(root: PMML) -> bool:
    """Tell whether a document holds derived fields and no model, not even one of a vendor."""
    has_others = root.remainder is not None and bool(root.remainder.children)
    dictionary = root.transformation_dictionary
    derived = () if dictionary is None else dictionary.derived_fields
    return not (root.models or has_others) and any(item.name is not None for item in derived)


class Transformation(Computation):
    """Compiled derived fields: `run` transforms columns, `row` one row.

    The results are the derived fields that no other one reads, in document order, or those that
    `fields` names. Pickles as its document.
    """

    model_name = None
    kind = "TransformationDictionary"

    def __init__(
        self,
        document: Document,
        fields: Sequence[str] | None = None,
        *,
        nan_is_missing: bool = True,
        limits: Limits | None = None,
        tuned: bool = True,
    ) -> None:
        self._fields = None if fields is None else tuple(fields)
        self._nan_is_missing = nan_is_missing
        super().__init__(document, nan_is_missing=nan_is_missing, limits=limits, tuned=tuned)

    def of_fields(self, names: Sequence[str]) -> Transformation:
        """Return the transformation that results in these derived fields, in this order.

        Raises DataError where there is no such field.
        """
        known = {item.name for item in self._dictionary.derived_fields if item.name is not None}
        unknown = [name for name in names if name not in known]
        if unknown:
            listed = [item.name for item in self._dictionary.derived_fields if item.name]
            raise DataError(
                f"the document has no derived field {unknown[0]!r}; it has "
                f"{', '.join(map(repr, listed[:20]))}{' ...' if len(listed) > 20 else ''}",
                field=unknown[0],
            )
        if not names:
            raise DataError("fields= names no derived field")
        return Transformation(
            self.document,
            tuple(dict.fromkeys(names)),
            nan_is_missing=self._nan_is_missing,
            limits=self.limits,
        )

    @property
    def _dictionary(self) -> TransformationDictionary:
        dictionary = self.document.root.transformation_dictionary
        assert dictionary is not None
        return dictionary

    def _compile(self, compilation: Compilation, nan_is_missing: bool) -> Plan:
        dictionary = self._dictionary
        declare_data_fields(compilation, self.document.root.data_dictionary)
        declare_transformations(dictionary, compilation)
        _check_names(compilation, dictionary)
        scope = Scope(compilation)
        names = self._fields
        if names is None:
            names = tuple(compilation.definitions)
        schema = _schema(compilation, dictionary.read_by(names))
        inputs = compile_inputs(schema, scope, nan_is_missing)
        if compilation.errors:
            raise compilation.errors.pop()
        for name in names:
            with compilation.gather():
                scope.field(name, lists=True)
        if compilation.errors:
            raise compilation.errors.pop()
        if self._fields is None:
            names = tuple(item.field_name() for item in dictionary.final_fields())
        self._steps = scope.frame
        return Plan(inputs, tuple(_result(scope, name) for name in names))

    def _computed(self, batch: Batch) -> Prediction:
        self._steps.columns(batch)
        return nothing(DOUBLE, batch.size)

    def _row_function(
        self, direct: dict[int, Callable[[RowPrediction], Any]]
    ) -> Callable[[Values], RowPrediction]:
        steps = self._steps.row_functions()
        no_prediction = RowPrediction(None)

        def run(values: Values) -> RowPrediction:
            for fill in steps:
                fill(values)
            return no_prediction

        return run

    def __reduce__(self) -> tuple[Any, ...]:
        return (_again, (self.document, self._fields, self._nan_is_missing, self.limits))


def _again(
    document: Document, fields: tuple[str, ...] | None, nan_is_missing: bool, limits: Limits
) -> Transformation:
    return Transformation(document, fields, nan_is_missing=nan_is_missing, limits=limits)


def _check_names(compilation: Compilation, dictionary: TransformationDictionary) -> None:
    """Raise MarkupError where a name means two fields, or none."""
    data, derived = compilation.data_fields, compilation.definitions
    for item in dictionary.derived_fields:
        with compilation.gather():
            if item.name in data:
                raise wrong(
                    item,
                    f"field {item.name!r} is in the DataDictionary, too; give it another name",
                    code=mistakes.DUPLICATE_NAME,
                    field=item.name,
                )
            unknown = sorted(item.references() - data.keys() - derived.keys())
            if unknown:
                raise wrong(
                    item,
                    f"field {unknown[0]!r} is not defined: it is neither in the DataDictionary nor "
                    "a derived field",
                    code=mistakes.UNDEFINED_FIELD,
                    field=unknown[0],
                )
    if compilation.errors:
        raise compilation.errors.pop()


def _schema(compilation: Compilation, names: frozenset[str]) -> MiningSchema:
    """Return the MiningSchema that a model would have: the DataFields of these names, in order."""
    return MiningSchema(
        mining_fields=tuple(
            MiningField(name=name, line=item.line)
            for name, item in compilation.data_fields.items()
            if name in names
        )
    )


def _result(scope: Scope, name: str) -> Output:
    field = scope.field(name, lists=True)
    return Output(name, field.type, field.optype, "transformedValue", field.values, field)

"""The training rows of a NearestNeighborModel: read, prepared and completed as input rows are.

Specification: Nearest Neighbors, TrainingInstances; semantics chapter 13.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pmmlkit.columns.column import Column
from pmmlkit.columns.intake import column_from
from pmmlkit.columns.types import DataType
from pmmlkit.errors import EvaluationError, MarkupError
from pmmlkit.language import mistakes
from pmmlkit.language.mistakes import unsupported, wrong
from pmmlkit.language.preparation import FieldPreparation, data_field_rules
from pmmlkit.language.scope import Compilation, Scope
from pmmlkit.language.step import Batch, Field
from pmmlkit.language.treatment import compile_treatment

if TYPE_CHECKING:
    from pmmlkit.language.mining_schema import MiningField
    from pmmlkit.language.models.nearest_neighbor.declaration import NearestNeighborModel
    from pmmlkit.language.row_table import RowTable
    from pmmlkit.language.training_instances import InstanceField

__all__ = ["Instances"]

_MOST_ERRORS = 3


class Instances:
    """The training rows of a model; what is asked for is prepared then."""

    def __init__(self, model: NearestNeighborModel, scope: Scope) -> None:
        training = model.training_instances
        if training.inline_table is None:
            raise unsupported(
                training,
                "training instances outside of the document (TableLocator) cannot be read",
                code=mistakes.NOT_EVALUATED,
            )
        self._model = model
        self._scope = scope
        self._table: RowTable = training.inline_table.rows
        self._fields = {item.field: item for item in training.instance_fields.instance_fields}
        self._schema = {item.name: item for item in model.mining_schema.mining_fields}
        self.size = len(self._table)

    def ids(self) -> tuple[str, ...]:
        """Return the id of each row: the instanceIdVariable's, else the number of the row."""
        name = self._model.instance_id_variable
        if name is None:
            return tuple(str(row) for row in range(1, self.size + 1))
        cells = self._cells(name)
        if None in cells:
            raise self._wrong(
                f"row {cells.index(None) + 1} has no {name!r}, which identifies it",
                code=mistakes.TABLE_CELL,
            )
        return tuple(cell for cell in cells if cell is not None)

    def target(self, name: str) -> Column:
        """Return the prepared values of a target field."""
        return self._prepared(self._schema[name], self._cells(name))

    def inputs(self, names: Sequence[str], types: Sequence[DataType]) -> list[Column]:
        """Return the values of input fields: those of their own column, else derived from others.

        `types` are those that the fields have in the model.
        """
        found: dict[str, Column] = {}
        derived: list[str] = []
        for name, type in zip(names, types, strict=True):
            if name not in self._fields:
                derived.append(name)
            elif name in self._schema:
                found[name] = self._prepared(self._schema[name], self._cells(name), type)
            else:
                found[name] = self._typed(name, type)
        if derived:
            found.update(zip(derived, self._derived(derived), strict=True))
        return [found[name] for name in names]

    def _wrong(self, message: str, *, code: str) -> MarkupError:
        training = self._model.training_instances
        return wrong(training, message, code=code)

    def _cells(self, name: str) -> list[str | None]:
        item: InstanceField | None = self._fields.get(name)
        if item is None:
            raise self._wrong(
                f"no InstanceField gives the column of field {name!r}", code=mistakes.MISSING_COLUMN
            )
        column = item.column or item.field
        cells = self._table.column(column)
        if cells is None:
            if self.size == 0:
                return []
            raise wrong(item, f"the table has no column {column!r}", code=mistakes.MISSING_COLUMN)
        return cells

    def _prepared(
        self, mining_field: MiningField, cells: list[str | None], type: DataType | None = None
    ) -> Column:
        """Return the cells under the MiningField's treatment."""
        compilation = self._scope.compilation
        try:
            rules = data_field_rules(compilation, mining_field.name, mining_field)
        except MarkupError:
            if type is None:
                raise
            return self._typed(mining_field.name, type)
        treatment = compile_treatment(mining_field, rules)
        return self._sound(FieldPreparation("active", treatment).column(cells))

    def _typed(self, name: str, type: DataType) -> Column:
        converted = column_from(self._cells(name), type, nan_is_missing=True)
        errors = {
            row: EvaluationError(f"field {name!r}: {raw!r} is no {type.name}", field=name)
            for row, raw in converted.failed.items()
        }
        self._refuse(errors)
        return converted.column

    def _sound(self, column: Column) -> Column:
        self._refuse(dict(column.errors))
        return column

    def _refuse(self, errors: dict[int, EvaluationError]) -> None:
        if errors:
            shown = [f"row {row + 1}: {error.message}" for row, error in sorted(errors.items())]
            more = f" and {len(shown) - _MOST_ERRORS} more" if len(shown) > _MOST_ERRORS else ""
            raise self._wrong("; ".join(shown[:_MOST_ERRORS]) + more, code=mistakes.TABLE_CELL)

    def _derived(self, names: Sequence[str]) -> list[Column]:
        """Compute derived fields for all rows, in a compilation of their own."""
        outer = self._scope.compilation
        compilation = Compilation(outer.limits, outer.version)
        compilation.functions = outer.functions
        compilation.definitions = outer.definitions
        compilation.cache = outer.cache
        scope = Scope(compilation)
        batch = Batch(self.size)
        for name, mining_field in self._schema.items():
            if mining_field.is_target or name not in self._fields:
                continue
            known = self._scope.field(name)
            field: Field = scope.new_field(name, known.type, known.optype, known.values)
            scope.fields[name] = field
            batch[field] = self._prepared(mining_field, self._cells(name), known.type)
        local = self._model.local_transformations
        if local is not None:
            scope.definitions.update(
                (item.name, item) for item in local.derived_fields if item.name is not None
            )
        steps = [scope.read(name, self._model.training_instances) for name in names]
        scope.frame.columns(batch)
        return [self._sound(step.columns(batch)) for step in steps]

"""MapValues: from the values of fields to a cell. Specification: Transformations; semantics 4."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import Column, combined_state
from pmmlkit.columns.types import STRING, DataType
from pmmlkit.language import mistakes
from pmmlkit.language.comparison import literal
from pmmlkit.language.data_types import DATA_TYPE, data_type
from pmmlkit.language.expressions import typed_text
from pmmlkit.language.inline_table import FieldColumnPair, InlineTable, TableLocator
from pmmlkit.language.lookup import Outcomes
from pmmlkit.language.mistakes import wrong
from pmmlkit.language.refusals import refusals
from pmmlkit.language.scope import Compiled, Scope
from pmmlkit.language.step import Batch, Field, Read, RowFunction, Step, Values
from pmmlkit.xml import content
from pmmlkit.xml.declaration import attribute, child, children

if TYPE_CHECKING:
    from pmmlkit.language.extension import Extension

__all__ = ["MapValues", "Mapped"]

_NAN: Final = float("nan")
"""NaN equals itself here: as keys of dicts all NaN are this object."""

_Key = tuple[Any, ...]


def _particles(fewest_pairs: int = 0) -> content.Particle:
    return content.seq(
        content.repeat(content.child("Extension", into="extensions")),
        content.repeat(content.child("FieldColumnPair", into="pairs"), fewest_pairs),
        content.optional(
            content.choice(
                content.child("TableLocator", into="table_locator"),
                content.child("InlineTable", into="inline_table"),
            )
        ),
    )


class MapValues(Compiled, content=_particles(), earlier={"4.1": _particles(1)}):
    """The cell of an output column in the row that matches the values of fields."""

    map_missing_to: str | None = attribute(default=None)
    default_value: str | None = attribute(default=None)
    output_column: str = attribute(required=True)
    data_type: str | None = attribute(default=None, values=DATA_TYPE)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    pairs: tuple[FieldColumnPair, ...] = children("FieldColumnPair", default=())
    table_locator: TableLocator | None = child("TableLocator", default=None)
    inline_table: InlineTable | None = child("InlineTable", default=None)

    def references(self) -> tuple[str, ...]:
        """Return the fields that are matched."""
        return tuple(pair.field for pair in self.pairs)

    def build(self, scope: Scope, operands: tuple[Step, ...]) -> Step:
        """Compile to a look-up whose keys are typed by the fields.

        Raises MarkupError where a column is absent, a cell is not of its field's type, or rows
        contradict each other.
        """
        if self.table_locator is not None:
            raise next(refusals(self.table_locator))
        type = STRING if self.data_type is None else data_type(self.data_type, self)
        default, missing = (
            None if given is None else typed_text(given, type, self, name)
            for given, name in (
                (self.default_value, "defaultValue"),
                (self.map_missing_to, "mapMissingTo"),
            )
        )
        fields = [scope.field(pair.field, self) for pair in self.pairs]
        found = self._entries(fields, type)
        outcomes = Outcomes(list(found.values()), default, missing, type)
        return Mapped([Read(field) for field in fields], list(found), outcomes)

    def _entries(self, fields: Sequence[Field], type: DataType) -> dict[_Key, Any]:
        """Return the value of each key; rows with a missing cell match nothing and are left out."""
        if self.inline_table is None or not len(self.inline_table.rows):
            return {}
        outputs = self._typed(self.output_column, partial(self._output, type=type))
        keys = [
            self._typed(pair.column, partial(self._value, field=field))
            for pair, field in zip(self.pairs, fields, strict=True)
        ]
        entries: dict[_Key, Any] = {}
        for row, output in enumerate(outputs):
            key = tuple(_key(column[row]) for column in keys)
            if any(item is None for item in key):
                continue
            if key in entries and not _same(entries[key], output):
                named = ", ".join(
                    f"{pair.column}={item!r}" for pair, item in zip(self.pairs, key, strict=True)
                )
                raise wrong(
                    self,
                    f"rows of the table give both {entries[key]!r} and {output!r} for {named}",
                    code=mistakes.AMBIGUOUS_MAPPING,
                )
            entries[key] = output
        return entries

    def _value(self, text: str, field: Field) -> Any:
        value = literal(text, field, self)
        # No integer equals a literal that had to be read as a float.
        return None if field.type.kind == "integer" and isinstance(value, float) else value

    def _output(self, text: str, type: DataType) -> Any:
        return typed_text(text, type, self, f"the cell of {self.output_column}")

    def _typed(self, column: str, convert: Callable[[str], Any]) -> list[Any]:
        assert self.inline_table is not None
        cells = self.inline_table.rows.column(column)
        if cells is None:
            names = ", ".join(self.inline_table.rows.names)
            raise wrong(
                self,
                f"the table has no column {column!r}; its columns are {names}",
                code=mistakes.MISSING_COLUMN,
            )
        known = {text: convert(text) for text in set(cells) if text is not None}
        return [None if cell is None else known[cell] for cell in cells]


def _key(value: Any) -> Any:
    return _NAN if value != value else value


def _same(left: Any, right: Any) -> bool:
    return bool(left == right) or (left != left and right != right)


class Mapped(Step):
    """A look-up by the values of several steps: column after column to the number of the entry."""

    __slots__ = ("_indexes", "_prefixes", "keys", "operands", "outcomes")

    def __init__(self, operands: Sequence[Read], keys: Sequence[_Key], outcomes: Outcomes) -> None:
        super().__init__(outcomes.type, may_fail=any(step.may_fail for step in operands))
        self.operands = tuple(operands)
        self.keys = tuple(keys)
        self.outcomes = outcomes
        # The values of each operand are numbered; then the keys that begin alike are, operand after
        # operand.
        self._indexes: list[_Index] = []
        self._prefixes: list[npt.NDArray[np.int64]] = []
        prefix = np.zeros(len(self.keys), np.int64)
        for position, operand in enumerate(self.operands):
            index = _Index([key[position] for key in self.keys], operand.type)
            pairs = prefix * (index.size + 1) + index.codes
            known, prefix = np.unique(pairs, return_inverse=True)
            self._indexes.append(index)
            self._prefixes.append(known)
        entry_of_prefix = np.full(max(len(self.keys), 1), -1, np.int64)
        entry_of_prefix[prefix] = np.arange(len(self.keys))
        self._prefixes.append(entry_of_prefix)

    def columns(self, batch: Batch) -> Column:
        """Number the values, then the prefixes of keys, then take the entries."""
        columns = [step.columns(batch) for step in self.operands]
        state, errors = combined_state(*columns)
        entry_of_prefix = self._prefixes[-1]
        if not self.keys:
            return self.outcomes.column(np.full(batch.size, -1, np.int64), state, errors)
        found = np.ones(batch.size, np.bool_)
        prefix = np.zeros(batch.size, np.int64)
        for column, index, known in zip(columns, self._indexes, self._prefixes, strict=False):
            codes = index.find(column)
            found &= codes >= 0
            pairs = prefix * (index.size + 1) + codes
            prefix = np.minimum(np.searchsorted(known, pairs), len(known) - 1)
            found &= known[prefix] == pairs
        entries = np.where(found, entry_of_prefix[prefix], -1)
        return self.outcomes.column(entries, state, errors)

    def row_function(self) -> RowFunction:
        """Look up in a dict."""
        functions = [step.row_function() for step in self.operands]
        default, missing = self.outcomes.default, self.outcomes.missing
        entries = self.outcomes.entries
        if len(functions) == 1:
            read = functions[0]
            single = {_key(key[0]): entry for key, entry in zip(self.keys, entries, strict=True)}

            def look_up(values: Values) -> Any:
                value = read(values)
                if value is None:
                    return missing
                return single.get(value if value == value else _NAN, default)

            return look_up
        keys = [tuple(map(_key, key)) for key in self.keys]
        table = dict(zip(keys, entries, strict=True))

        def look_up_all(values: Values) -> Any:
            key = tuple([function(values) for function in functions])
            if None in key:
                return missing
            if key in table:
                return table[key]
            return table.get(tuple(map(_key, key)), default)

        return look_up_all


class _Index:
    """The distinct values of one column of keys, numbered; -1 is a value that no key has."""

    __slots__ = ("_by_text", "_sorted", "codes", "size")

    def __init__(self, values: Sequence[Any], type: DataType) -> None:
        self._by_text: dict[str, int] | None = None
        self._sorted: npt.NDArray[Any] | None = None
        if type.kind == "string":
            self._by_text = {}
            codes = [self._by_text.setdefault(value, len(self._by_text)) for value in values]
            self.codes = np.array(codes, np.int64)
            self.size = len(self._by_text)
        else:
            distinct, codes_of = np.unique(np.array(values, type.dtype), return_inverse=True)
            self._sorted = distinct
            self.codes = codes_of.astype(np.int64)
            self.size = len(distinct)

    def find(self, column: Column) -> npt.NDArray[np.int64]:
        """Return the number of the value in each row; rows without a value get any number."""
        if self._by_text is not None:
            assert column.categories is not None
            find = self._by_text.get
            strings = column.categories.values
            table = np.full(len(strings) + 1, -1, np.int64)
            table[:-1] = [find(text, -1) for text in strings]
            codes: npt.NDArray[np.int64] = table.take(column.values, mode="clip")
            return codes
        known = self._sorted
        assert known is not None
        values = column.values
        at = np.minimum(np.searchsorted(known, values), len(known) - 1)
        same = known[at] == values
        if known.dtype.kind == "f":
            same |= np.isnan(known[at]) & np.isnan(values)
        return np.where(same, at, -1)

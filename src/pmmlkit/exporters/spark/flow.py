"""The columns of a Spark data frame on their way through the stages of a pipeline."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pmmlkit.errors import ExportError
from pmmlkit.exporters.features import Feature, InputField, as_number
from pmmlkit.exporters.fields import Target
from pmmlkit.exporters.frame import Draft
from pmmlkit.exporters.spark.schema import SparkField

__all__ = ["Column", "Flow", "Outcome", "Scalar", "Special", "Vector"]


@dataclass(frozen=True)
class Scalar:
    """A column of single values.

    `labels`: what the numbers 0, 1, ... stand for, where a stage says so; `label`: the column that
    these are the values of.
    """

    feature: Feature
    labels: tuple[str, ...] = ()
    label: Feature | None = None


@dataclass(frozen=True)
class Vector:
    """A column of vectors, element by element.

    `names` are those of the elements, as the attributes in Spark's schema say: empty where the
    column has none, None for a name that is not known here. `nan`: rows that lack an element come
    through with NaN in its place (``handleInvalid="keep"``); else Spark has no result for them.
    `compressed`: a row is a sparse vector where that takes less memory, else a dense one.
    """

    features: tuple[Feature, ...]
    names: tuple[str | None, ...] = ()
    nan: bool = False
    compressed: bool = False

    def remade(self, features: Sequence[Feature], names: tuple[str | None, ...] = ()) -> Vector:
        """Return the vector that a stage makes of this one."""
        return Vector(tuple(features), names, self.nan)

    def chosen(self, places: Sequence[int]) -> Vector:
        """Return the elements at some places, which keep their names."""
        names = tuple(self.names[at] for at in places) if self.names else ()
        return Vector(tuple(self.features[at] for at in places), names, self.nan)


@dataclass(frozen=True)
class Special:
    """A column that PMML has no value for, such as words of a text: `kind` says what it is in
    words, stages that know it look at their subclass.
    """

    kind: str


Column = Scalar | Vector | Special


@dataclass(frozen=True)
class Outcome:
    """What a predictor of the pipeline says.

    `prediction` is the name of its column, which holds numbers; `feature` the column itself.
    `label` is the label that the number stands for, where there are labels. `probability`: the name
    of the column of probabilities, None without.
    """

    draft: Draft
    target: Target
    prediction: str
    feature: Feature
    label: Feature
    probability: str | None = None


@dataclass
class Flow:
    """The columns so far, and what was predicted. A name that no stage has made is a column of the
    input; `fields` says what is known of these.

    `counts`: features that number categories from 0 (nominal attributes of Spark's schema), with
    the number of these; those in `beyond` may be the number behind these, or another, as well.
    """

    fields: Mapping[str, SparkField] = field(default_factory=dict)
    columns: dict[str, Column | Callable[[], Column]] = field(default_factory=dict)
    inputs: dict[str, InputField] = field(default_factory=dict)
    outcomes: list[Outcome] = field(default_factory=list)
    made: list[str] = field(default_factory=list)
    counts: dict[Feature, int] = field(default_factory=dict)
    beyond: set[Feature] = field(default_factory=set)

    def put(self, name: str, column: Column | Callable[[], Column]) -> None:
        """Add or replace a column; a function is called when the column is first read."""
        self.columns[name] = column
        self.made.append(name)

    def column(self, name: str, *, size: int | None = None, text: bool = False) -> Column:
        """Return a column. One of the input that nothing is known of is a number, with `text` a
        text, with a `size` a vector of so many numbers.
        """
        found = self.columns.get(name)
        if callable(found):
            found = self.columns[name] = found()
        if found is None:
            found = self.columns[name] = self._input(name, size, text)
        return found

    def scalar(self, name: str, *, text: bool = False) -> Scalar:
        """Return a column of single values. Raises ExportError for any other."""
        column = self.column(name, text=text)
        if not isinstance(column, Scalar):
            kind = column.kind if isinstance(column, Special) else "vectors"
            raise ExportError(f"column {name!r} holds {kind}, but single values are needed here")
        return column

    def number(self, name: str) -> Feature:
        """Return a column of numbers, booleans as 0 and 1."""
        return as_number(self.scalar(name).feature)

    def vector(self, name: str, size: int | None = None) -> list[Feature]:
        """Return the elements of a column of vectors; `size`: how many the stage was fitted on.

        Raises ExportError where it is no vector, or has another size.
        """
        return list(self.vector_column(name, size).features)

    def vector_column(self, name: str, size: int | None = None) -> Vector:
        """Return a column of vectors, its elements as numbers; else as `vector`."""
        column = self.column(name, size=size)
        if isinstance(column, Special):
            raise ExportError(f"column {name!r} holds {column.kind}, but vectors are needed here")
        if isinstance(column, Scalar):
            raise ExportError(
                f"column {name!r} holds single values, but vectors are needed here"
                + ("" if size else ": pass schema=df.schema")
            )
        if size is not None and len(column.features) != size:
            raise ExportError(
                f"the vectors of column {name!r} have {len(column.features)} elements, but the "
                f"stage was fitted on {size}"
            )
        return column.remade([as_number(feature) for feature in column.features], column.names)

    def _input(self, name: str, size: int | None, text: bool) -> Column:
        known = self.fields.get(name)
        if self.fields and known is None:
            raise ExportError(
                f"column {name!r} is neither in the schema nor made by a stage: the schema has "
                f"{', '.join(self.fields):.200}"
            )
        if known is not None and known.kind is not None:
            raise ExportError(
                f"column {name!r} of the input holds {known.kind}, for which PMML has no type"
            )
        if size is not None or (known is not None and known.is_vector):
            names = known.elements if known is not None else ()
            if not names and size is None:
                raise ExportError(
                    f"column {name!r} of the input holds vectors, and nothing says how long they "
                    "are: make them by a VectorAssembler in the pipeline"
                )
            columns = names or tuple(f"{name}_{at}" for at in range(size or 0))
            elements = tuple(self._column(InputField(item, "double")) for item in columns)
            return Vector(elements, names, nan=True)
        if known is None:
            return Scalar(self._column(InputField(name, "string" if text else "double")))
        return Scalar(self._column(InputField(name, known.data_type, missing=known.nullable)))

    def _column(self, column: InputField) -> InputField:
        return self.inputs.setdefault(column.name, column)

    def features_of(self, names: Sequence[str]) -> list[Feature]:
        """Return columns one after the other as single numbers, vectors element by element."""
        found: list[Feature] = []
        for name in names:
            column = self.column(name)
            if isinstance(column, Vector):
                found += column.features
            else:
                found.append(self.number(name))
        return found

    def renamed(self, target: Target, taken: set[str]) -> Target:
        """Return the target under a name that no column of the input has that is read; a model
        without a target field stays so.
        """
        if target.name is None:
            return target
        name = str(target.name)
        while name in taken:
            name += "_target"
        return replace(target, name=name)

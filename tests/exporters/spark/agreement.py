"""What an exported pipeline of Spark has to do: be valid, and score as Spark does, by columns, by
row and in the other engines.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

import pmmlkit
from pmmlkit.language.document import Document
from pmmlkit.parity.oracles import Oracle
from tests.exporters.agreement import (
    TOLERANCE,
    Expected,
    assert_agrees,
    assert_scores,
    assert_valid,
    rows_of,
)

__all__ = ["Case", "case_of"]

Doubles = npt.NDArray[np.float64]


@dataclass
class Case:
    """A fitted pipeline with the data that it is asked about.

    `scales`: sums of absolute terms behind columns of numbers that cancel. `left_out`: rows that
    Spark drops, which a document cannot do, by position. `options` go to `pmmlkit.export`.
    """

    name: str
    model: Any
    frame: Any
    scales: dict[str, Any]
    options: dict[str, Any]

    @cached_property
    def document(self) -> Document:
        """The document."""
        return pmmlkit.export(self.model, schema=self.frame.schema, **self.options)

    @cached_property
    def columns(self) -> dict[str, list[Any]]:
        """The rows of the input; vectors element by element."""
        return _flat(_collected(self.frame))

    @cached_property
    def made(self) -> dict[str, list[Any]]:
        """What Spark adds to the rows; vectors element by element."""
        names = self.frame.columns
        return _flat(_collected(self.model.transform(self.frame).drop(*names)))

    @cached_property
    def expected(self) -> Expected:
        """What the document has to say, of the columns that it gives."""
        model = pmmlkit.load(self.document.to_bytes())
        results = [field.name for field in (*model.targets, *model.outputs)]
        labels, numbers, ties = {}, {}, None
        made = dict(self.made)
        if model.targets:
            # what is predicted stands in a column of its own
            target = model.targets[0].name
            classes = getattr(model, "classes_", None) if _is_classification(model) else None
            column = made["prediction"]
            if classes is None:
                made[target] = column
            else:
                made[target] = [classes[int(number)] for number in column]
                for at, label in enumerate(_texts(classes)):
                    if f"probability_{at}" in made:
                        made[f"probability({label})"] = made[f"probability_{at}"]
                shares = [made[name] for name in made if name.startswith("probability(")]
                if len(shares) > 1:
                    ordered = np.sort(np.array(shares, np.float64), axis=0)
                    ties = ordered[-1] - ordered[-2] <= TOLERANCE
        for name in results:
            if name not in made:
                continue
            if _is_number(made[name]) and not (
                model.targets and name == target and classes is not None
            ):
                numbers[name] = np.array(
                    [np.nan if it is None else it for it in made[name]], np.float64
                )
            else:
                labels[name] = made[name]
        assert labels or numbers, f"the document gives {results}, Spark {list(made)}"
        scales = {name: self.scales[name] for name in numbers if name in self.scales}
        scales.update({name: 1.0 for name in numbers if name.startswith("probability(")})
        return Expected(labels, numbers, scales, ties)

    def check(self, oracle: Oracle | None = None) -> None:
        """Compare what the document says with what Spark says."""
        model = pmmlkit.load(self.document.to_bytes())
        if model.targets:
            case = f"spark {self.name}"
            assert_scores(
                self.document.to_bytes(), self.columns, self.expected, oracle=oracle, case=case
            )
            return
        assert oracle is None, "other engines need a model: see with_sum"
        assert_valid(self.document)
        assert_agrees(model.transform(self.columns), self.expected, "pmmlkit by columns")
        for at in (0, len(next(iter(self.columns.values()))) - 1):
            row = model.transform({name: column[at] for name, column in self.columns.items()})
            assert_agrees(
                {name: [value] for name, value in row.items()},
                rows_of(self.expected, [at]),
                "pmmlkit by row",
            )

    def with_sum(self) -> Case:
        """Return the pipeline with a regression behind it that reads all columns of numbers that it
        makes: for engines that need a model.
        """
        from pyspark.ml import PipelineModel
        from pyspark.ml.feature import VectorAssembler
        from pyspark.ml.regression import LinearRegression
        from pyspark.sql import functions

        before = set(self.frame.columns)
        made = self.model.transform(self.frame)
        kinds = ("double", "integer", "float", "vectorudt")
        names = [
            field.name
            for field in made.schema.fields
            if field.name not in before and field.dataType.typeName() in kinds
        ]
        assembler = VectorAssembler(inputCols=names, outputCol="all_features")
        labelled = made.withColumn("outcome", functions.rand(seed=3))
        regression = LinearRegression(
            featuresCol="all_features",
            labelCol="outcome",
            regParam=0.01,
            maxIter=3,
            solver="l-bfgs",
        ).fit(assembler.transform(labelled))
        whole = PipelineModel([self.model, assembler, regression])
        return Case(self.name, whole, self.frame, {"prediction": 1.0, "outcome": 1.0}, self.options)


def _is_classification(model: Any) -> bool:
    try:
        return len(model.classes_) > 0
    except pmmlkit.DataError:
        return False


def _texts(classes: Any) -> list[str]:
    from tests.exporters.agreement import label_text

    return [label_text(label) for label in classes]


def _is_number(column: list[Any]) -> bool:
    return all(it is None or (isinstance(it, int | float) and it is not True) for it in column)


def _collected(frame: Any) -> dict[str, list[Any]]:
    """Return the columns of a data frame of Spark as plain Python, None for missing."""
    rows = frame.collect()
    columns = {name: [row[at] for row in rows] for at, name in enumerate(frame.columns)}
    return {name: [_plain(it) for it in values] for name, values in columns.items()}


def _plain(value: Any) -> Any:
    """Return a cell without NaN, a decimal as the double that a document has for it."""
    if isinstance(value, Decimal):
        return float(value)
    return None if isinstance(value, float) and value != value else value


def _flat(columns: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Return columns with vectors element by element; other objects are left out."""
    found: dict[str, list[Any]] = {}
    for name, values in columns.items():
        first = next((value for value in values if value is not None), None)
        if hasattr(first, "toArray"):
            rows = np.array([value.toArray() for value in values])
            for at, column in enumerate(rows.T):
                found[f"{name}_{at}"] = column.tolist()
        elif not isinstance(first, list | np.ndarray):
            found[name] = values
    return found


def case_of(
    name: str,
    make: Callable[[], tuple[Any, Any]],
    *,
    scales: dict[str, Any] | None = None,
    **options: Any,
) -> Case:
    """Return the case of a function that returns a fitted pipeline and a frame."""
    model, frame = make()
    return Case(name, model, frame, scales or {}, options)

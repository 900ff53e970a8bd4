"""`export`: a fitted estimator to a PMML document."""

from __future__ import annotations

import datetime
import gc
import os
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal

import numpy as np

from pmmlkit.errors import DataError, ExportError
from pmmlkit.exporters.builder import Builder, Target
from pmmlkit.exporters.context import Context, label_type
from pmmlkit.exporters.domains import Domain
from pmmlkit.exporters.features import Feature, plain
from pmmlkit.exporters.frame import Draft, Several
from pmmlkit.exporters.importances import Arrival, importances_of
from pmmlkit.exporters.metadata import build_task_of, header_of
from pmmlkit.exporters.models import model_of, models_of
from pmmlkit.exporters.natives import as_estimator
from pmmlkit.exporters.proposals import domains
from pmmlkit.exporters.registry import registry
from pmmlkit.exporters.schema import Schema, matched, schema_of
from pmmlkit.exporters.spark.document import is_spark, refuse_tables, spark_document
from pmmlkit.exporters.training_statistics import statistics_of
from pmmlkit.exporters.transformations import transformations_of
from pmmlkit.exporters.verification import verification_of
from pmmlkit.language.derived_field import TransformationDictionary
from pmmlkit.language.document import PMML, Document, Header

__all__ = ["export"]


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Leave out Python's search for cycles: a document is made of many small objects and hardly a
    cycle, and the search would take up to a third of the time.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@_collector_paused()
def export(
    estimator: Any,
    path: str | os.PathLike[str] | None = None,
    *,
    X: Any = None,
    y: Any = None,
    schema: Any = None,
    fields: Mapping[str, Domain] | Literal["infer"] | None = None,
    verification: Any = None,
    model_name: str | None = None,
    model_version: str | None = None,
    description: str | None = None,
    copyright: str | None = None,
    timestamp: datetime.datetime | str | None = None,
    build_task: bool = False,
    importances: bool = True,
    statistics: bool = False,
    compact: bool = True,
) -> Document:
    """Write a fitted estimator as a PMML document.

    Parameters
    ----------
    estimator
        Fitted: a pipeline, a predictor or a transformer; a fitted model of Spark ML, or the folder
        (or zip) that it was saved to.
    path : path, optional
        Where to write the file, whole or not at all; ``.gz`` at the end compresses it.
    X : (n, columns) table, optional
        The data it was fitted on, or some rows of them: pandas, Polars, Arrow, NumPy or rows in a
        list. Names, types and categories of the columns come from here, else from
        ``feature_names_in_``; columns that nobody named are ``x1`` ... ``xn``. Columns of a data
        frame that the estimator was not fitted on are left out.
    y : (n,) Series, array or list, or a name, optional
        Gives the target its name; ``y`` if it has none.
    schema : dict of column to PMML dataType, optional
        Types that X does not say, or says otherwise. For Spark ML also ``df.schema`` or its JSON.
    fields : dict of column to `Continuous`, `Categorical`, `Ordinal` or `Temporal`, optional
        Which values are valid, and what becomes of missing, invalid and outlying ones. The document
        predicts what the estimator predicts of the rows so treated. ``"infer"``: what `domains`
        proposes from X.
    verification : table like X, or number of rows of X, optional
        Rows to put into the document with what the estimator predicts, for ``load(path).verify()``.
    model_name, model_version, description, copyright : str, optional
        Go into the document as they are.
    timestamp : datetime or str, optional
        When the model was made. Without one, equal estimators give equal documents.
    build_task : bool, default False
        The document holds the representation of the estimator and the versions of the libraries.
    importances : bool, default True
        The input columns say how much they count, where the estimator has ``feature_importances_``
        and its features are each made of one column.
    statistics : bool, default False
        The document holds counts, moments, quantiles and frequencies of the columns of X that it
        uses, and of y where it has values: what drift is measured against.
    compact : bool, default True
        Trees have an element for each leaf: a child that is entered whenever its sibling is not has
        none, what is in it follows the sibling. False: an element for each node of the learner.

    Returns
    -------
    Document

    Raises
    ------
    ExportError
        The estimator, or a part of it, has no converter, is not fitted or cannot be said in PMML;
        `fields` contradict it; or the file cannot be written.
    """
    if is_spark(estimator):
        given = {"X": X, "y": y, "verification": verification, "statistics": statistics or None}
        refuse_tables(given, fields)
        root = spark_document(
            estimator,
            header_of(description, copyright, model_version, timestamp),
            schema=schema,
            domains=None if fields == "infer" else fields,
            model_name=model_name,
            compact=compact,
            build_task=build_task,
        )
        return _written(Document(root), path)
    source, estimator = estimator, as_estimator(estimator)
    X = matched(estimator, X)
    stated = domains(X) if fields == "infer" else fields
    found = schema_of(estimator, X, y, schema, stated)
    targets = _targets(estimator, found)
    arrival = Arrival.awaited(estimator) if importances else None
    context = Context(
        registry(),
        targets,
        sparse=hasattr(X, "tocsr"),
        samples=_samples(found, X),
        arrival=arrival,
    )
    result = context.convert(estimator, list(found.inputs))
    header = header_of(description, copyright, model_version, timestamp)
    if isinstance(result, list):
        root = _transformation_document(estimator, result, found, header)
        if statistics:
            raise ExportError("statistics=True needs a predictor: they are a part of its model")
    else:
        shares = {} if arrival is None else importances_of(arrival)
        root = _model_document(
            result, Builder(found, compact=compact, importances=shares), targets, header, model_name
        )
        if statistics:
            root = _with_statistics(root, found, X, y)
    if build_task:
        root = root.replace(mining_build_task=build_task_of(source))
    if verification is not None:
        root = verification_of(root, estimator, targets, found, X, verification)
    return _written(Document(root), path)


def _written(document: Document, path: str | os.PathLike[str] | None) -> Document:
    if path is not None:
        try:
            document.write(path)
        except DataError as error:
            raise ExportError(error.message) from error
    return document


def _with_statistics(root: PMML, schema: Schema, X: Any, y: Any) -> PMML:
    names = [item.name for item in schema.inputs]
    found = statistics_of(root.data_dictionary.data_fields, names, X, y, schema.targets)
    model, *others = root.models
    return root.replace(models=(model.replace(model_stats=found), *others))


def _targets(estimator: Any, schema: Schema) -> tuple[Target, ...]:
    if not hasattr(estimator, "predict"):
        return ()
    if _detects_outliers(estimator):
        return (Target(schema.targets[0], "integer", (-1, 1)),)
    classes = getattr(estimator, "classes_", None)
    if classes is None or len(classes) == 0:
        return tuple(Target(name, "double") for name in schema.targets)
    if not (isinstance(classes, list) and classes and isinstance(classes[0], np.ndarray)):
        classes = [classes]
    targets = []
    names = schema.targets
    if len(names) != len(classes):
        names = tuple(f"{names[0]}{number}" for number in range(1, len(classes) + 1))
    for name, own in zip(names, classes, strict=True):
        labels = tuple(plain(label) for label in own)
        targets.append(Target(name, label_type(labels), labels))
    return tuple(targets)


def _samples(schema: Schema, X: Any) -> Any:
    """Return rows by which a converter can check what it wrote: X, with names for its columns."""
    if X is None or hasattr(X, "tocsr") or type(X).__module__.partition(".")[0] == "pandas":
        return X
    if not isinstance(X, np.ndarray) or X.ndim != 2:
        return None
    return {item.name: X[:, at] for at, item in enumerate(schema.inputs)}


def _detects_outliers(estimator: Any) -> bool:
    """Tell whether an estimator predicts -1 for outliers and 1 for others."""
    try:
        with warnings.catch_warnings():
            # until 1.8 scikit-learn warns of steps of a pipeline that know nothing of it
            warnings.simplefilter("ignore")
            kind = estimator.__sklearn_tags__().estimator_type
    except AttributeError:
        return False
    return bool(kind == "outlier_detector")


def _model_document(
    draft: Draft | Several,
    builder: Builder,
    targets: tuple[Target, ...],
    header: Header,
    model_name: str | None,
) -> PMML:
    if isinstance(draft, Several):
        model = models_of(draft, builder, model_name)
        targets = ()
    else:
        target = draft.target or (targets[0] if targets else None)
        model = model_of(draft, builder, target, model_name)
        targets = () if target is None else (target,)
    return PMML(
        header=header,
        data_dictionary=builder.data_dictionary(targets),
        transformation_dictionary=_functions(builder),
        models=(model,),
    )


def _functions(builder: Builder) -> TransformationDictionary | None:
    if not builder.functions:
        return None
    return TransformationDictionary(define_functions=tuple(builder.functions.values()))


def _transformation_document(
    estimator: Any, features: list[Feature], schema: Schema, header: Header
) -> PMML:
    # Without a model there is no MiningSchema that could treat values.
    builder = Builder(schema, treatments=False)
    dictionary = transformations_of(features, _names_out(estimator, len(features)), builder)
    return PMML(
        header=header,
        data_dictionary=builder.data_dictionary(()),
        transformation_dictionary=dictionary,
    )


def _names_out(estimator: Any, count: int) -> list[str] | None:
    """Return the names that the estimator gives to what it makes, None where it has none."""
    if not hasattr(estimator, "get_feature_names_out"):
        return None
    try:
        names = [str(name) for name in estimator.get_feature_names_out()]
    except (AttributeError, NotImplementedError, ValueError):
        # a step of a pipeline may not know them
        return None
    return names if len(names) == count else None

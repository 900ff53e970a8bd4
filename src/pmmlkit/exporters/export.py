"""`export`: a fitted estimator to a PMML document."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import numpy as np

from pmmlkit._version import __version__
from pmmlkit.errors import DataError, ExportError
from pmmlkit.exporters.builder import Builder, Target
from pmmlkit.exporters.context import Context, label_type
from pmmlkit.exporters.features import Feature, plain
from pmmlkit.exporters.frame import Draft, Several
from pmmlkit.exporters.models import model_of, models_of
from pmmlkit.exporters.natives import as_estimator
from pmmlkit.exporters.registry import registry
from pmmlkit.exporters.schema import Schema, schema_of
from pmmlkit.exporters.transformations import transformations_of
from pmmlkit.exporters.verification import verification_of
from pmmlkit.language.derived_field import TransformationDictionary
from pmmlkit.language.document import PMML, Application, Document, Header

__all__ = ["export"]


def export(
    estimator: Any,
    path: str | os.PathLike[str] | None = None,
    *,
    X: Any = None,
    y: Any = None,
    schema: Mapping[str, str] | None = None,
    verification: Any = None,
    model_name: str | None = None,
    description: str | None = None,
    compact: bool = True,
) -> Document:
    """Write a fitted estimator as a PMML document.

    Parameters
    ----------
    estimator
        Fitted: a pipeline, a predictor or a transformer.
    path : path, optional
        Where to write the file, whole or not at all; ``.gz`` at the end compresses it.
    X : (n, columns) table, optional
        The data it was fitted on, or some rows of them: pandas, Polars, Arrow, NumPy or rows in a
        list. Names, types and categories of the columns come from here, else from
        ``feature_names_in_``; columns that nobody named are ``x1`` ... ``xn``.
    y : (n,) Series, array or list, or a name, optional
        Gives the target its name; ``y`` if it has none.
    schema : dict of column to PMML dataType, optional
        Types that X does not say, or says otherwise.
    verification : table like X, or number of rows of X, optional
        Rows to put into the document with what the estimator predicts, for ``load(path).verify()``.
    model_name, description : str, optional
        Go into the document as they are.
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
        or the file cannot be written.
    """
    estimator = as_estimator(estimator)
    found = schema_of(estimator, X, y, schema)
    targets = _targets(estimator, found)
    context = Context(
        registry(),
        targets,
        sparse=hasattr(X, "tocsr"),
        samples=_samples(found, X),
        compact=compact,
    )
    result = context.convert(estimator, list(found.inputs))
    if isinstance(result, list):
        root = _transformation_document(estimator, result, found, description)
    else:
        root = _model_document(result, found, targets, model_name, description)
    if verification is not None:
        root = verification_of(root, estimator, targets, found, X, verification)
    document = Document(root)
    if path is not None:
        try:
            document.write(path)
        except DataError as error:
            raise ExportError(error.message) from error
    return document


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
    if not isinstance(X, np.ndarray):
        return None
    return {item.name: X[:, at] for at, item in enumerate(schema.inputs)}


def _detects_outliers(estimator: Any) -> bool:
    """Tell whether an estimator predicts -1 for outliers and 1 for others."""
    try:
        kind = estimator.__sklearn_tags__().estimator_type
    except AttributeError:
        return False
    return bool(kind == "outlier_detector")


def _header(description: str | None) -> Header:
    return Header(
        description=description, application=Application(name="pmmlkit", version=__version__)
    )


def _model_document(
    draft: Draft | Several,
    schema: Schema,
    targets: tuple[Target, ...],
    model_name: str | None,
    description: str | None,
) -> PMML:
    builder = Builder(schema)
    if isinstance(draft, Several):
        model = models_of(draft, builder, model_name)
        targets = ()
    else:
        target = draft.target or (targets[0] if targets else None)
        model = model_of(draft, builder, target, model_name)
        targets = () if target is None else (target,)
    return PMML(
        header=_header(description),
        data_dictionary=builder.data_dictionary(targets),
        transformation_dictionary=_functions(builder),
        models=(model,),
    )


def _functions(builder: Builder) -> TransformationDictionary | None:
    if not builder.functions:
        return None
    return TransformationDictionary(define_functions=tuple(builder.functions.values()))


def _transformation_document(
    estimator: Any, features: list[Feature], schema: Schema, description: str | None
) -> PMML:
    # Without a model there is no MiningSchema that could treat values.
    builder = Builder(schema, treatments=False)
    dictionary = transformations_of(features, _names_out(estimator, len(features)), builder)
    return PMML(
        header=_header(description),
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

"""`export`: a fitted estimator to a PMML document."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import numpy as np

from pmmlkit._version import __version__
from pmmlkit.errors import DataError, ExportError
from pmmlkit.exporters.builder import Builder, Target
from pmmlkit.exporters.context import Context, several_targets
from pmmlkit.exporters.features import Category, Feature, plain
from pmmlkit.exporters.frame import Draft, Frame
from pmmlkit.exporters.registry import registry
from pmmlkit.exporters.schema import Schema, schema_of
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

    Returns
    -------
    Document

    Raises
    ------
    ExportError
        The estimator, or a part of it, has no converter, is not fitted or cannot be said in PMML;
        or the file cannot be written.
    """
    found = schema_of(estimator, X, y, schema)
    targets = _targets(estimator, found)
    context = Context(registry(), targets)
    result = context.convert(estimator, list(found.inputs))
    if isinstance(result, Draft):
        root = _model_document(result, found, targets, model_name, description)
    else:
        root = _transformation_document(result, found, description)
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
    classes = getattr(estimator, "classes_", None)
    if classes is None:
        return tuple(Target(name, "double") for name in schema.targets)
    if isinstance(classes, list) and classes and isinstance(classes[0], np.ndarray):
        raise several_targets(type(estimator).__name__, len(classes))
    labels = tuple(plain(label) for label in classes)
    return (Target(schema.targets[0], _label_type(labels), labels),)


def _label_type(labels: tuple[Category, ...]) -> str:
    kinds = {type(label) for label in labels}
    for kind, name in ((bool, "boolean"), (int, "integer"), (float, "double"), (str, "string")):
        if kinds == {kind}:
            return name
    raise ExportError(f"the classes are of different types: {', '.join(map(repr, labels[:5]))}")


def _header(description: str | None) -> Header:
    return Header(
        description=description, application=Application(name="pmmlkit", version=__version__)
    )


def _model_document(
    draft: Draft,
    schema: Schema,
    targets: tuple[Target, ...],
    model_name: str | None,
    description: str | None,
) -> PMML:
    builder = Builder(schema)
    builder.plan(draft.reads)
    fields = tuple(builder.bind(feature) for feature in draft.reads)
    target = targets[0] if len(targets) == 1 else None
    model = draft.build(Frame(builder, target, model_name=model_name), fields)
    return PMML(
        header=_header(description),
        data_dictionary=builder.data_dictionary(targets),
        models=(model,),
    )


def _transformation_document(
    features: list[Feature], schema: Schema, description: str | None
) -> PMML:
    # Without a model there is no MiningSchema that could treat values.
    builder = Builder(schema, treatments=False)
    builder.plan(features)
    for feature in features:
        builder.bind(feature)
    dictionary = TransformationDictionary(derived_fields=builder.derived_fields())
    return PMML(
        header=_header(description),
        data_dictionary=builder.data_dictionary(()),
        transformation_dictionary=dictionary,
    )

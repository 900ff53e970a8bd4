"""sklearn.feature_extraction: counts of words and of characters, their weights, dictionaries."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any, Final

import numpy as np

from pmmlkit.errors import ExportError
from pmmlkit.exporters.combination import sum_of
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.expressions import apply, constant
from pmmlkit.exporters.features import (
    Cast,
    ConstantFeature,
    Derived,
    Feature,
    Lookup,
    Replaced,
    as_number,
    cast,
    data_type_of,
    elementwise,
    name_of,
    uniform,
)
from pmmlkit.exporters.registry import converts
from pmmlkit.exporters.sklearn.text_readings import Reading, reading_of
from pmmlkit.language.scope import Compiled
from pmmlkit.language.text_index import TextIndex

__all__ = [
    "count_vectorizer",
    "dict_vectorizer",
    "tfidf_transformer",
    "tfidf_vectorizer",
    "times",
]

_REPLACEMENTS_IN_A_FIELD: Final = 40
"""Expressions are not nested deeper than this."""


@converts("sklearn.feature_extraction.text.CountVectorizer")
def count_vectorizer(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Convert to the counts of the terms, in the order of the vocabulary."""
    (feature,) = uniform(features, 1, estimator)
    feature = _text(feature, estimator)
    terms = [term for term, _ in sorted(estimator.vocabulary_.items(), key=lambda it: int(it[1]))]
    reading = reading_of(estimator, terms)
    tokens = _tokens(feature, reading)
    weights = "binary" if estimator.binary else "termFrequency"
    is_single = np.dtype(estimator.dtype) == np.float32
    return [
        ConstantFeature(0.0)
        if written is None
        else _count(
            tokens, f"count({name_of(feature)}, {term})", written, reading, weights, is_single
        )
        for term, written in zip(terms, reading.terms, strict=True)
    ]


def _text(feature: Feature, estimator: Any) -> Feature:
    kind = data_type_of(feature)
    if kind is None:
        return Cast(feature, "string")
    if kind != "string":
        raise ExportError(
            f"{type(estimator).__name__} reads texts, but column {name_of(feature)!r} is of type "
            f"{kind}"
        )
    return feature


def _tokens(feature: Feature, reading: Reading) -> Feature:
    """Return the text as the terms are counted in it: derived in one field, unless there are
    accents.
    """
    lowercase = reading.lowercase
    pending = iter(reading.replacements)
    while pairs := tuple(islice(pending, _REPLACEMENTS_IN_A_FIELD)):

        def expression(text: Compiled, pairs: Any = pairs, lowercase: bool = lowercase) -> Compiled:
            if lowercase:
                text = apply("lowercase", text)
            for pattern, replacement in pairs:
                text = apply(
                    "replace", text, constant(pattern, "string"), constant(replacement, "string")
                )
            return text

        name = name_of(feature)
        label = name if name.startswith("tokens(") else f"tokens({name})"
        feature = Derived(label, (feature,), expression, "string", "categorical", guarded=True)
        lowercase = False
    return feature


def _count(
    tokens: Feature, name: str, term: str, reading: Reading, weights: str, is_single: bool
) -> Feature:
    given: dict[str, Any] = {"local_term_weights": weights, "is_case_sensitive": True}
    if reading.separator is not None:
        given["word_separator_character_re"] = reading.separator

    def expression(text: Any) -> Compiled:
        return TextIndex(text_field=text.field, expression=constant(term, "string"), **given)

    return Derived(name, (tokens,), expression, "float" if is_single else "double")


@converts("sklearn.feature_extraction.text.TfidfVectorizer")
def tfidf_vectorizer(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Convert to the weighted counts of the terms."""
    counts = count_vectorizer(estimator, features, context)
    frequencies = estimator.idf_ if estimator.use_idf else None
    return _weighted(counts, estimator.sublinear_tf, frequencies, estimator.norm)


@converts("sklearn.feature_extraction.text.TfidfTransformer")
def tfidf_transformer(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Convert to counts times the inverse frequencies of documents, over the norm of the row."""
    frequencies = estimator.idf_ if estimator.use_idf else None
    uniform(features, estimator.n_features_in_, estimator)
    return _weighted(features, estimator.sublinear_tf, frequencies, estimator.norm)


def _weighted(
    counts: Sequence[Feature], sublinear: bool, frequencies: Any, norm: str | None
) -> list[Feature]:
    weighted = [as_number(count) for count in counts]
    is_single = all(data_type_of(count) in ("float", None) for count in weighted)
    if sublinear:
        weighted = [_rounded(_sublinear(count), is_single) for count in weighted]
    if frequencies is not None:
        endless = np.flatnonzero(~np.isfinite(frequencies))
        if endless.size:
            raise ExportError(
                f"no document of the training has {name_of(counts[endless[0]])}, and without "
                "smoothing its weight is infinite: set smooth_idf=True, or leave the term out of "
                "vocabulary="
            )
        weighted = [
            _rounded(times(count, float(factor)), is_single)
            for count, factor in zip(weighted, frequencies, strict=True)
        ]
    if norm is None:
        return weighted
    length = _length(weighted, norm, is_single)
    return [_rounded(_over(count, length), is_single) for count in weighted]


def _rounded(feature: Feature, is_single: bool) -> Feature:
    return cast(feature, "float") if is_single else feature


def _sublinear(count: Feature) -> Feature:
    def function(values: Any) -> Any:
        return np.where(values != 0.0, np.log(np.where(values != 0.0, values, 1.0)) + 1.0, 0.0)

    def expression(source: Compiled) -> Compiled:
        logarithm = apply("+", apply("ln", source), constant(1.0))
        return apply("if", apply("notEqual", source, constant(0.0)), logarithm, constant(0.0))

    return elementwise(count, "sublinear", function, expression, guarded=True)


def times(count: Feature, factor: float) -> Feature:
    """Return a count times a factor: one field, where the count has none of its own."""
    if isinstance(count, Derived) and not count.guarded and data_type_of(count) == "double":
        # what is counted once only needs no field of its own
        inner = count.expression
        return Derived(
            f"weighted({count.name})",
            count.sources,
            lambda *sources: apply("*", inner(*sources), constant(factor)),
            missing=count.missing,
            functions=count.functions,
        )
    return elementwise(
        count,
        "weighted",
        lambda values: values * factor,
        lambda source: apply("*", source, constant(factor)),
    )


def _length(weights: Sequence[Feature], norm: str, is_single: bool) -> Feature:
    terms = [it for it in weights if it != ConstantFeature(0.0)]
    if not terms:
        return ConstantFeature(0.0)
    if is_single:
        # scikit-learn rounds each square, but not their sum
        if norm == "l2":
            terms = [
                Derived(f"square({name_of(it)})", (it,), lambda x: apply("*", x, x), "float")
                for it in terms
            ]
        return Derived(f"norm({norm})", tuple(terms), lambda *row: _norm_of_doubles(norm, row))
    return Derived(f"norm({norm})", tuple(terms), lambda *row: _norm(norm, row))


def _norm(norm: str, row: Sequence[Compiled]) -> Compiled:
    if norm == "l1":
        return sum_of([apply("abs", it) for it in row])
    return apply("sqrt", sum_of([apply("*", it, it) for it in row]))


def _norm_of_doubles(norm: str, row: Sequence[Compiled]) -> Compiled:
    doubles = [apply("*", it, constant(1.0)) for it in row]
    return _norm("l1", doubles) if norm == "l1" else apply("sqrt", sum_of(doubles))


def _over(count: Feature, length: Feature) -> Feature:
    if isinstance(count, ConstantFeature) and count.value == 0.0:
        return count

    def expression(source: Compiled, norm: Compiled) -> Compiled:
        is_long = apply("greaterThan", norm, constant(0.0))
        return apply("if", is_long, apply("/", source, norm), constant(0.0))

    return Derived(f"normalized({name_of(count)})", (count, length), expression, guarded=True)


@converts("sklearn.feature_extraction.DictVectorizer")
def dict_vectorizer(estimator: Any, features: Sequence[Feature], context: Context) -> list[Feature]:
    """Convert: the keys of the dictionaries are the columns, a key that a row lacks is missing."""
    columns = {name_of(feature): feature for feature in features}
    return [_entry(str(name), columns, estimator.separator) for name in estimator.feature_names_]


def _entry(name: str, columns: dict[str, Feature], separator: str) -> Feature:
    pairs = []
    at = name.find(separator)
    while at >= 0:
        if name[:at] in columns:
            pairs.append((columns[name[:at]], name[at + len(separator) :]))
        at = name.find(separator, at + 1)
    own = columns.get(name)
    if own is not None:
        pairs.append((own, ""))
    if len(pairs) != 1:
        which = "none of the columns" if not pairs else "several columns"
        raise ExportError(
            f"DictVectorizer has the feature {name!r}, which belongs to {which}: give X with the "
            "keys of the dictionaries as columns"
        )
    feature, value = pairs[0]
    if own is None:
        if data_type_of(feature) not in ("string", None):
            return ConstantFeature(0.0)
        return Lookup(name, feature, ((value, 1.0),), 0.0, 0.0)
    if data_type_of(feature) == "string":
        return ConstantFeature(0.0)
    number = as_number(feature)
    if isinstance(number, Lookup):
        return number.map(lambda values: np.where(np.isnan(values), 0.0, values), number.name)
    return Replaced(number, 0.0)

"""The compilation of a TextModel: what it reads, and the weights of its documents."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pmmlkit.columns.types import STRING
from pmmlkit.language import mistakes
from pmmlkit.language.cast import cast_step
from pmmlkit.language.expressions import typed_text
from pmmlkit.language.functions.regular_expressions import Place, compile_expression
from pmmlkit.language.mistakes import wrong
from pmmlkit.language.models.target_field import TargetField
from pmmlkit.language.models.text.declaration import (
    TextModel,
    TextModelNormalization,
    TextModelSimiliarity,
)
from pmmlkit.language.models.text.predictor import Documents, TextPredictor
from pmmlkit.language.models.text.weights import global_weights, local_weights, norms
from pmmlkit.language.scope import Scope
from pmmlkit.language.step import Step
from pmmlkit.language.text_index.counting import Hits
from pmmlkit.language.text_index.step import Reading, TextIndexStep
from pmmlkit.language.text_index.words import fold_case, word_reader
from pmmlkit.language.unary import as_number
from pmmlkit.xml.declaration import Element

__all__ = ["compile_text_model"]

_NO_SIMILARITY = "PMML451"
_NO_WEIGHT = "PMML452"


def compile_text_model(model: TextModel, scope: Scope, target: TargetField | None) -> TextPredictor:
    """Compile a model.

    Raises MarkupError where dictionary, corpus and matrix have different sizes, or no field gives
    the text.
    """
    limits = scope.compilation.limits
    terms = model.text_dictionary.array.items(limits)
    ids = [document.id for document in model.text_corpus.documents]
    _same(model.text_dictionary, "terms", len(terms), "numberOfTerms", model.number_of_terms)
    _same(model.text_corpus, "documents", len(ids), "numberOfDocuments", model.number_of_documents)
    if not terms or not ids:
        raise wrong(model, "needs one term and one document or more", code=mistakes.EMPTY_MODEL)
    _distinct(model.text_dictionary, "term", terms)
    _distinct(model.text_corpus, "document", ids)
    matrix = model.document_term_matrix.matrix
    counts = matrix.expand(limits, shape=(len(ids), len(terms)))
    if not np.isfinite(counts).all() or (counts < 0).any():
        raise wrong(
            matrix, "a frequency of the matrix is negative or no number", code=mistakes.OUT_OF_RANGE
        )
    normalization = model.normalization or TextModelNormalization()
    method = normalization.global_term_weights
    weights = global_weights(counts, method)
    in_all = (counts > 0).all(axis=0)
    if method == "probabilisticInverse" and in_all.any():
        text = f"term {terms[int(in_all.argmax())]!r} is in all documents and gets the weight 0"
        scope.compilation.warn(_NO_WEIGHT, text, normalization)
    is_normal = normalization.document_normalization == "cosine"
    vectors = local_weights(counts, normalization.local_term_weights) * weights
    if is_normal:
        lengths = norms(list(vectors.T), len(ids))
        vectors = vectors / np.where(lengths > 0, lengths, 1.0)[:, None]
    if not np.isfinite(norms(list(vectors.T), len(ids))).all():
        raise wrong(
            matrix,
            "the weights of a document are too large: its vector has no length",
            code=mistakes.OUT_OF_RANGE,
        )
    similarity = model.similarity or TextModelSimiliarity()
    if similarity.similarity_type is None:
        text = "the model does not say how vectors are compared: by their cosine"
        scope.compilation.warn(_NO_SIMILARITY, text, model)
    type = STRING if target is None else target.type
    documents = Documents(
        ids,
        [typed_text(name, type, model.text_corpus, "id") for name in ids],
        vectors,
        is_euclidean=similarity.similarity_type == "euclidean",
    )
    return TextPredictor(
        _frequencies(model, scope, terms),
        documents,
        type,
        weights,
        normalization.local_term_weights,
        is_normal=is_normal,
    )


def _same(element: Element, what: str, found: int, name: str, stated: int | None) -> None:
    if stated is not None and stated != found:
        raise wrong(
            element, f"has {found} {what}, but {name} is {stated}", code=mistakes.WRONG_COUNT
        )


def _distinct(element: Element, what: str, names: Sequence[str]) -> None:
    if len(set(names)) == len(names):
        return
    twice = next(name for at, name in enumerate(names) if name in names[:at])
    raise wrong(element, f"{what} {twice!r} is there twice", code=mistakes.DUPLICATE_ID)


def _frequencies(model: TextModel, scope: Scope, terms: Sequence[str]) -> list[Step]:
    """Return the steps of the terms' frequencies.

    Fields that are named as the terms hold them; else the one text field is counted, as a TextIndex
    with the defaults would.
    """
    schema = model.mining_schema.mining_fields
    active = [item.name for item in schema if item.usage_type == "active"]
    derived = model.local_transformations
    known = {
        *active,
        *scope.compilation.definitions,
        *(item.name for item in (derived.derived_fields if derived else ())),
    }
    absent = next((term for term in terms if term not in known), None)
    if absent is None:
        return [as_number(scope.read(term, model)) for term in terms]
    texts = [name for name in active if scope.field(name, model).type.kind == "string"]
    if len(active) != 1 or len(texts) != 1:
        raise wrong(
            model,
            f"no field is named as the term {absent!r}; the MiningSchema must have a field for each"
            " term, or a single one that holds the text",
            code=mistakes.NO_INPUT,
        )
    place = Place(model.tag, model.line, scope.compilation.limits)
    separator = compile_expression(r"\s+", place)
    split = word_reader(separator, None, is_case_sensitive=False)
    reading = Reading(scope.compilation.new_slot(), str, split, fold_case)
    text = cast_step(scope.read(texts[0], model), STRING)
    return [TextIndexStep.of_term(text, term, reading, Hits(0, False)) for term in terms]

"""The elements of TextModel. Specification: chapter Text Models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmmlkit.language.extension import Extension
from pmmlkit.language.models.model import Model
from pmmlkit.language.text_index.declaration import LOCAL_TERM_WEIGHTS
from pmmlkit.xml.declaration import Element, attribute, child, children, enumeration
from pmmlkit.xml.lexical import BOOLEAN, COUNT, INTEGER

if TYPE_CHECKING:
    from pmmlkit.language.arrays import Array
    from pmmlkit.language.matrices import Matrix
    from pmmlkit.language.models.prediction import Predictor
    from pmmlkit.language.models.target_field import TargetField
    from pmmlkit.language.scope import Scope

__all__ = [
    "DocumentTermMatrix",
    "TextCorpus",
    "TextDictionary",
    "TextDocument",
    "TextModel",
    "TextModelNormalization",
    "TextModelSimiliarity",
]


class TextDictionary(Element):
    """The terms, in the order of the columns of the matrix."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    taxonomy: Element | None = child("Taxonomy", default=None)
    array: Array = child("Array", required=True)


class TextDocument(Element):
    """One document of the corpus: a row of the matrix."""

    id: str = attribute(required=True)
    name: str | None = attribute(default=None)
    length: int | None = attribute(type=INTEGER, default=None)
    file: str | None = attribute(default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())


class TextCorpus(Element):
    """The documents that a text is compared with."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    documents: tuple[TextDocument, ...] = children("TextDocument", default=())


class DocumentTermMatrix(Element):
    """How often each term is in each document."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    matrix: Matrix = child("Matrix", required=True)


class TextModelNormalization(Element):
    """What makes weights of frequencies."""

    local_term_weights: str = attribute(default="termFrequency", values=LOCAL_TERM_WEIGHTS)
    global_term_weights: str = attribute(
        default="inverseDocumentFrequency",
        values=enumeration(
            "inverseDocumentFrequency", "none", "GFIDF", "normal", "probabilisticInverse"
        ),
    )
    document_normalization: str = attribute(default="none", values=enumeration("none", "cosine"))
    extensions: tuple[Extension, ...] = children("Extension", default=())


class TextModelSimiliarity(Element):
    """What compares two vectors of weights; the name is spelled so in the schema."""

    similarity_type: str | None = attribute(default=None, values=enumeration("euclidean", "cosine"))
    extensions: tuple[Extension, ...] = children("Extension", default=())


class TextModel(Model):
    """The document of a corpus that is most like a text. Specification: Text Models."""

    is_scorable: bool = attribute(type=BOOLEAN, default=True, since="4.1")
    number_of_terms: int | None = attribute(
        type=COUNT, required=True, default=None, earlier={"4.3": {"type": INTEGER}}
    )
    number_of_documents: int | None = attribute(
        type=COUNT, required=True, default=None, earlier={"4.3": {"type": INTEGER}}
    )
    text_dictionary: TextDictionary = child("TextDictionary", required=True)
    text_corpus: TextCorpus = child("TextCorpus", required=True)
    document_term_matrix: DocumentTermMatrix = child("DocumentTermMatrix", required=True)
    normalization: TextModelNormalization | None = child("TextModelNormalization", default=None)
    similarity: TextModelSimiliarity | None = child("TextModelSimiliarity", default=None)

    def build(self, scope: Scope, target: TargetField | None) -> Predictor:
        """Compile the weights of the documents."""
        from pmmlkit.language.models.text.compile import compile_text_model

        return compile_text_model(self, scope, target)

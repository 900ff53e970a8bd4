"""TextModel. Specification: chapter Text Models (deprecated since 4.2); semantics 25."""

from pmmlkit.language.models.text.declaration import (
    DocumentTermMatrix,
    TextCorpus,
    TextDictionary,
    TextDocument,
    TextModel,
    TextModelNormalization,
    TextModelSimiliarity,
)

__all__ = [
    "DocumentTermMatrix",
    "TextCorpus",
    "TextDictionary",
    "TextDocument",
    "TextModel",
    "TextModelNormalization",
    "TextModelSimiliarity",
]

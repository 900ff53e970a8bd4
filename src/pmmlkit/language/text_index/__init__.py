"""TextIndex: how often a term is in a text. Specification: Transformations; semantics 27."""

from pmmlkit.language.text_index.declaration import TextIndex, TextIndexNormalization

__all__ = ["TextIndex", "TextIndexNormalization"]

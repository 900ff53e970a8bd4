"""From which version of PMML a document comes, and to which it goes."""

from __future__ import annotations

from functools import cached_property

from pmmlkit.language.define_function import DefineFunction
from pmmlkit.language.document import VERSIONS, Document
from pmmlkit.validation.grammar import grammar_version

__all__ = ["Journey"]


class Journey:
    """The way of one document. `to` is what the result states, `reach` the version whose grammar it
    keeps to: what comes to 4.4 from older versions is right in 4.4.1, too.
    """

    def __init__(self, document: Document, to: str) -> None:
        self.document = document
        self.source = document.version
        self.to = to
        self._start = VERSIONS.index(self.source)
        goes_over = to == "4.4" and self._start < VERSIONS.index("4.4")
        self.reach = VERSIONS[-1] if goes_over else to
        self._end = VERSIONS.index(self.reach)

    @property
    def is_forward(self) -> bool:
        """Tell whether the result is of a newer version, or of the same."""
        return self._start <= self._end

    @property
    def own_grammar(self) -> str:
        """The version whose grammar holds for the source."""
        return grammar_version(self.source)

    def passes(self, version: str) -> bool:
        """Tell whether the way leads from before `version` to it or beyond, in either direction."""
        low, high = sorted((self._start, self._end))
        return low < VERSIONS.index(version) <= high

    def reaches(self, version: str) -> bool:
        """Tell whether the result is of `version` or newer."""
        return VERSIONS.index(version) <= self._end

    def starts_before(self, version: str) -> bool:
        """Tell whether the source is older than `version`."""
        return self._start < VERSIONS.index(version)

    @cached_property
    def defined_functions(self) -> frozenset[str]:
        """The names of the functions that the document defines."""
        dictionary = self.document.root.transformation_dictionary
        if dictionary is None:
            return frozenset()
        found = [item for item in dictionary.elements() if isinstance(item, DefineFunction)]
        return frozenset(item.name for item in found if item.name)

"""TextIndex and TextIndexNormalization. Specification: Transformations; semantics 27 and 34."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from pmmlkit.columns.types import STRING
from pmmlkit.language import mistakes
from pmmlkit.language.cast import cast_step
from pmmlkit.language.functions.regular_expressions import Place, compile_expression
from pmmlkit.language.groups import EXPRESSION
from pmmlkit.language.mistakes import unsupported, wrong
from pmmlkit.language.refusals import refusals
from pmmlkit.language.scope import Compiled, Scope
from pmmlkit.language.step import Constant, Step
from pmmlkit.language.text_index.counting import Hits
from pmmlkit.language.text_index.normalization import Entry, Replacements
from pmmlkit.language.text_index.step import Reading, TextIndexStep
from pmmlkit.language.text_index.words import fold_case, word_reader
from pmmlkit.language.undeclared import undeclared
from pmmlkit.xml import content
from pmmlkit.xml.declaration import Element, attribute, child, children, enumeration
from pmmlkit.xml.lexical import BOOLEAN, INTEGER
from pmmlkit.xml.lexical import STRING as TEXT

if TYPE_CHECKING:
    from pmmlkit.language.extension import Extension
    from pmmlkit.language.inline_table import InlineTable, TableLocator

__all__ = ["LOCAL_TERM_WEIGHTS", "TextIndex", "TextIndexNormalization"]

LOCAL_TERM_WEIGHTS: Final = enumeration(
    "termFrequency", "binary", "logarithmic", "augmentedNormalizedTermFrequency"
)

_NO_EFFECT: Final = "PMML450"
_MOST_DISTANCE: Final = 50
_OF_4_2: Final = {"4.2": {"type": TEXT}}


class TextIndexNormalization(
    Element,
    since="4.2",
    content=content.seq(
        content.repeat(content.child("Extension", into="extensions")),
        content.optional(
            content.choice(
                content.child("TableLocator", into="table_locator"),
                content.child("InlineTable", into="inline_table"),
            )
        ),
    ),
):
    """A table of replacements that is applied to the text, but not to the term.

    `max_levenshtein_distance`, `word_separator_character_re` and `tokenize` have no effect, as in
    JPMML and PMML4S: entries are looked for in the whole text.
    """

    in_field: str = attribute(default="string")
    out_field: str = attribute(default="stem")
    regex_field: str = attribute(default="regex")
    recursive: bool = attribute(type=BOOLEAN, default=False)
    is_case_sensitive: bool | None = attribute(type=BOOLEAN, default=None, earlier=_OF_4_2)
    max_levenshtein_distance: int | None = attribute(type=INTEGER, default=None)
    word_separator_character_re: str | None = attribute("wordSeparatorCharacterRE", default=None)
    tokenize: bool | None = attribute(type=BOOLEAN, default=None, since="4.2.1")
    extensions: tuple[Extension, ...] = children("Extension", default=())
    table_locator: TableLocator | None = child("TableLocator", default=None)
    inline_table: InlineTable | None = child("InlineTable", default=None)

    def entries(self) -> tuple[Entry, ...]:
        """Return the rows of the table.

        Raises MarkupError where a row has no text or no replacement, UnsupportedError where the
        table is outside of the document.
        """
        if self.table_locator is not None:
            raise next(refusals(self.table_locator))
        if self.inline_table is None or not len(self.inline_table.rows):
            return ()
        rows = self.inline_table.rows
        texts, replacements = self._cells(self.in_field), self._cells(self.out_field)
        marks = rows.column(self.regex_field) or [None] * len(rows)
        return tuple(
            Entry(text, replacement, (mark or "").strip().lower() == "true")
            for text, replacement, mark in zip(texts, replacements, marks, strict=True)
        )

    def _cells(self, name: str) -> list[str]:
        assert self.inline_table is not None
        rows = self.inline_table.rows
        cells = rows.column(name)
        known = [] if cells is None else [cell for cell in cells if cell is not None]
        if len(known) < len(rows):
            raise wrong(
                self,
                f"every row of the table needs a cell {name!r}; its columns are"
                f" {', '.join(rows.names) or 'none'}",
                code=mistakes.MISSING_COLUMN,
            )
        return known

    def without_effect(self) -> list[str]:
        """Return the names of the attributes that are given and change nothing."""
        given = {
            "maxLevenshteinDistance": self.max_levenshtein_distance,
            "wordSeparatorCharacterRE": self.word_separator_character_re,
            "tokenize": self.tokenize,
        }
        return [name for name, value in given.items() if value]


class TextIndex(Compiled, since="4.2"):
    """How often a term is in a text, as a weight.

    `word_re` is JPMML's extension: words are the matches of the expression, and all else separates
    them.
    """

    text_field: str = attribute(required=True)
    local_term_weights: str = attribute(default="termFrequency", values=LOCAL_TERM_WEIGHTS)
    is_case_sensitive: bool = attribute(
        type=BOOLEAN, default=False, earlier={"4.2": {"type": TEXT, "default": "false"}}
    )
    max_levenshtein_distance: int = attribute(type=INTEGER, default=0)
    count_hits: str = attribute(default="allHits", values=enumeration("allHits", "bestHits"))
    # Words that are empty do not count, so \s, the default up to 4.3, has the same effect.
    word_separator_character_re: str = attribute(
        "wordSeparatorCharacterRE",
        default=r"\s+",
        earlier={"4.2": {"default": None}, "4.3": {"default": r"\s"}},
    )
    tokenize: bool = attribute(type=BOOLEAN, default=True, since="4.2.1")
    word_re: str | None = attribute("x-wordRE", default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    normalizations: tuple[TextIndexNormalization, ...] = children(
        "TextIndexNormalization", default=()
    )
    expression: Compiled | None = child(*EXPRESSION, required=True, default=None)

    def operands(self) -> tuple[Compiled, ...]:
        """Return the expression of the term."""
        return () if self.expression is None else (self.expression,)

    def references(self) -> tuple[str, ...]:
        """Return the field of the text."""
        return (self.text_field,)

    def build(self, scope: Scope, operands: tuple[Step, ...]) -> Step:
        """Compile to a step of type integer (termFrequency, binary) or double.

        Raises MarkupError, UnsupportedError; LimitError for long regular expressions.
        """
        if self.expression is None:
            unknown = undeclared(self)
            if unknown is not None:
                raise unsupported(
                    self, f"{unknown} is not supported as a term", code=mistakes.NOT_EVALUATED
                )
            raise wrong(self, "has no expression for the term", code=mistakes.MISSING_ELEMENT)
        self._check()
        term = operands[0]
        if isinstance(term, Constant) and term.value is not None:
            value = cast_step(term, STRING).row_function()([])
            term = Constant(value, STRING)
        hits = Hits(self.max_levenshtein_distance, self.count_hits == "bestHits")
        return TextIndexStep(
            cast_step(scope.read(self.text_field, self), STRING),
            cast_step(term, STRING),
            self._reading(scope),
            hits,
            self.local_term_weights,
        )

    def _check(self) -> None:
        distance = self.max_levenshtein_distance
        if distance < 0:
            raise wrong(
                self, f"maxLevenshteinDistance {distance} is negative", code=mistakes.OUT_OF_RANGE
            )
        if distance > _MOST_DISTANCE:
            raise unsupported(self, f"maxLevenshteinDistance {distance} is beyond {_MOST_DISTANCE}")
        if self.tokenize:
            return
        if distance:
            raise unsupported(
                self,
                'maxLevenshteinDistance with tokenize="false": the specification does not say what'
                " is a hit where there are no words",
            )
        if self.local_term_weights == "augmentedNormalizedTermFrequency":
            raise unsupported(
                self,
                'augmentedNormalizedTermFrequency with tokenize="false": no word is the most'
                " frequent where there are no words",
            )

    def _reading(self, scope: Scope) -> Reading:
        """Return what all TextIndex elements with these settings share."""
        compilation = scope.compilation
        tables = []
        for table in self.normalizations:
            for name in table.without_effect():
                text = f"{name} of a TextIndexNormalization has no effect"
                compilation.warn(_NO_EFFECT, text, table)
            tables.append((table.entries(), self._is_case_sensitive_in(table), table.recursive))
        key = (
            "text_index.reading",
            self.is_case_sensitive,
            self.tokenize,
            self.word_re if self.word_re is not None else (self.word_separator_character_re,),
            tuple(tables),
        )
        known: Reading | None = compilation.cache.get(key)
        if known is None:
            known = compilation.cache[key] = self._new_reading(scope)
        return known

    def _is_case_sensitive_in(self, table: TextIndexNormalization) -> bool:
        own = table.is_case_sensitive
        return self.is_case_sensitive if own is None else own

    def _new_reading(self, scope: Scope) -> Reading:
        limits = scope.compilation.limits
        place = Place(self.tag, self.line, limits)
        tables = [
            Replacements(
                table.entries(),
                Place(table.tag, table.line, limits),
                is_case_sensitive=self._is_case_sensitive_in(table),
                is_recursive=table.recursive,
            )
            for table in self.normalizations
        ]
        split = None
        if self.tokenize:
            separator = compile_expression(self.word_separator_character_re, place)
            words = None
            if self.word_re is not None:
                words = compile_expression(self.word_re, place, may_be_unicode=True)
            split = word_reader(separator, words, is_case_sensitive=self.is_case_sensitive)
        fold: Callable[[str], str] = str if self.is_case_sensitive else fold_case
        return Reading(scope.compilation.new_slot(), _all(tables), split, fold)


def _all(tables: list[Replacements]) -> Callable[[str], str]:
    if not tables:
        return str

    def normalize(text: str) -> str:
        for table in tables:
            text = table(text)
        return text

    return normalize

"""TextIndexNormalization: a table of replacements, applied to the whole text.

Specification: Transformations. JPMML and PMML4S replace in the whole text too, inside of words as
well: expressions say ``\\b`` where they mean words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pmmlkit.errors import RowLimitError
from pmmlkit.language.functions.regular_expressions import Place, compile_expression
from pmmlkit.language.text_index.words import fold_case

__all__ = ["Entry", "Replacements"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a table: a text or an expression, and what stands for it afterwards."""

    text: str
    replacement: str
    is_expression: bool


class Replacements:
    """The entries of one table, in their order.

    Calling it gives the normalised text. It raises EvaluationError for a text that is too long for
    an expression, RowLimitError where a recursive table comes to no end.
    """

    __slots__ = ("_is_case_sensitive", "_is_recursive", "_place", "_steps")

    def __init__(
        self,
        entries: Sequence[Entry],
        place: Place,
        *,
        is_case_sensitive: bool,
        is_recursive: bool,
    ) -> None:
        self._place = place
        self._is_case_sensitive = is_case_sensitive
        self._is_recursive = is_recursive
        self._steps: list[tuple[str, str, Callable[[str], str] | None]] = []
        for entry in entries:
            if entry.is_expression:
                found = compile_expression(entry.text, place, any_case=not is_case_sensitive)
                self._steps.append(("", "", found.replacer(entry.replacement)))
            elif entry.text:
                wanted = entry.text if is_case_sensitive else fold_case(entry.text)
                self._steps.append((wanted, entry.replacement, None))

    def __call__(self, text: str) -> str:
        """Return the normalised text."""
        passes = self._place.limits.text_passes if self._is_recursive else 1
        for _ in range(passes):
            result = self._once(text)
            if result == text or not self._is_recursive:
                return result
            text = result
        raise RowLimitError(
            f"a recursive table of replacements still changes the text after Limits.text_passes ="
            f" {passes} passes",
            element=self._place.element,
            line=self._place.line,
        )

    def _once(self, text: str) -> str:
        longest = self._place.limits.regex_subject_characters
        folded: str | None = None
        for wanted, replacement, expression in self._steps:
            if expression is not None:
                result = expression(text)
            else:
                if folded is None:
                    folded = text if self._is_case_sensitive else fold_case(text)
                result = _replaced(text, folded, wanted, replacement)
            if result is text:
                continue
            if len(result) > longest:
                raise RowLimitError(
                    f"replacements make the text longer than Limits.regex_subject_characters ="
                    f" {longest}",
                    element=self._place.element,
                    line=self._place.line,
                )
            text, folded = result, None
        return text


def _replaced(text: str, folded: str, wanted: str, replacement: str) -> str:
    """Replace `wanted` where it is in `folded`, which is as long as the text."""
    at = folded.find(wanted)
    if at < 0:
        return text
    pieces, end = [], 0
    while at >= 0:
        pieces += [text[end:at], replacement]
        end = at + len(wanted)
        at = folded.find(wanted, end)
    pieces.append(text[end:])
    return "".join(pieces)

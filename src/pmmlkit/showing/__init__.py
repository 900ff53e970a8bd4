"""What is in a document, for people and for programs: `show`."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import Any, BinaryIO

from pmmlkit.errors import DataError
from pmmlkit.language.document import Document, open_document
from pmmlkit.limits import Limits
from pmmlkit.showing.contents import all_elements, node_table
from pmmlkit.showing.describing import describe, models_in_order
from pmmlkit.showing.facts import DocumentFacts, ModelFacts
from pmmlkit.showing.fields import names_of
from pmmlkit.showing.html_view import html_text
from pmmlkit.showing.json_view import facts_json, node_json
from pmmlkit.showing.layout import layout
from pmmlkit.showing.text_view import Style, clean_branch, fitted, text_lines
from pmmlkit.showing.trees import draw, nodes_of
from pmmlkit.validation import validate

__all__ = ["Description", "show"]


def show(
    source: str | os.PathLike[str] | bytes | BinaryIO | Document, *, limits: Limits | None = None
) -> Description:
    """Describe a document: fields, formulas, models, outputs, what it needs, what is wrong with it.

    `source` is a path, bytes, an open binary file or a `Document`. Whether the document can be
    evaluated does not matter.

    Raises MarkupError, UnsupportedError or LimitError where it cannot even be read; DataError where
    there is no such file.
    """
    bounds = limits or Limits()
    if isinstance(source, Document):
        report = validate(source, limits=bounds)
        return Description(source, describe(source, None, report.findings))
    with open_document(source) as (opened, name):
        text = opened if isinstance(opened, bytes) else opened.read(bounds.document_bytes + 1)
    document = replace(Document.read(text, bounds), source=name)
    report = validate(text, limits=bounds)
    return Description(document, describe(document, len(text), report.findings))


class Description:
    """What `show` returns: `facts` are plain values, ``str()`` is the text for people."""

    def __init__(self, document: Document, facts: DocumentFacts) -> None:
        self.facts = facts
        self._document = document

    def lines(
        self, *, width: int | None = None, full: bool = False, bold: Style = str
    ) -> Iterator[str]:
        """Yield the lines of the text. `width` is in columns, that of the terminal by default;
        `full`: nothing is shortened; `bold` styles headings.
        """
        blocks = layout(self.facts, full=full)
        yield from text_lines(blocks, width or _terminal_width(), full=full, bold=bold)

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def to_json(self) -> str:
        """Return all facts as a JSON object, nothing shortened."""
        return facts_json(self.facts)

    def _repr_html_(self) -> str:
        return html_text(layout(self.facts))

    def tree_lines(
        self,
        number: int,
        *,
        depth: int | None = None,
        width: int | None = None,
        full: bool = False,
    ) -> Iterator[str]:
        """Yield the lines of a tree: `number` counts the trees of the document from 1; nodes below
        `depth` (0 is the root) are left out.

        Raises DataError where there is no such tree.
        """
        facts, model, names = self._tree(number)
        room = width or _terminal_width()
        name = f' "{facts.name}"' if facts.name else ""
        inside = "" if facts.parent is None else f", model {facts.path}"
        head = f"Tree {number} of {self.trees:,}{inside}{name}: {facts.shape.summary}"
        rules = (
            f"missing values: {model.missing_value_strategy}; "
            f"where no child fits: {model.no_true_child_strategy}"
        )
        lines = chain((head, rules), draw(model.nodes, names, depth=depth, full=full))
        for line in map(clean_branch, lines):
            yield line if full else fitted(line, room)

    def tree_json(self, number: int, *, depth: int | None = None) -> str:
        """Return a tree as a JSON object: its model, and its nodes in document order."""
        facts, model, names = self._tree(number)
        nodes = [node_json(node) for node in nodes_of(model.nodes, names, depth)]
        content = {"tree": number, "model": facts.path, "name": facts.name, "nodes": nodes}
        return json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False)

    @property
    def trees(self) -> int:
        """The number of trees of the document, those inside of other models included."""
        return sum(item.tree is not None for item in self.facts.models)

    def _tree(self, number: int) -> tuple[ModelFacts, Any, Any]:
        facts = next((item for item in self.facts.models if item.tree == number), None)
        if facts is None:
            raise DataError(f"there is no tree {number}: the document has {self.trees:,}")
        order = models_in_order(self._document)
        model = next(model for path, _, _, model in order if path == facts.path)
        assert node_table(model) is not None
        return facts, model, names_of(all_elements(self._document.root))


def _terminal_width() -> int:
    return shutil.get_terminal_size().columns

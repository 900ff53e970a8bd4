"""The public comparison: a document and a table, scored by pmmlkit and by the oracles."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from os import PathLike
from typing import Any

import numpy as np

from pmmlkit.errors import DataError
from pmmlkit.language.document import open_document
from pmmlkit.parity.comparison import Comparison, compare_columns
from pmmlkit.parity.differences import known_differences
from pmmlkit.parity.oracles import Oracle, OracleError, open_oracle

__all__ = ["EngineParity", "ParityReport", "compare"]

ERRORS = "pmmlkit_error"
"""The column of messages that ``Model.evaluate(errors="column")`` adds."""


@dataclass(frozen=True, slots=True)
class EngineParity:
    """One oracle: its comparison, or why it stopped; and its known differences on this document."""

    engine: str
    version: str
    comparison: Comparison | None
    stopped: str | None
    known: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """The oracle answered and agrees. Known differences are told, not forgiven."""
        return self.comparison is not None and self.comparison.ok

    def __str__(self) -> str:
        head = str(self.comparison) if self.comparison else f"{self.engine} stopped: {self.stopped}"
        return "\n".join([head, *(f"  known: {text}" for text in self.known)])


@dataclass(frozen=True, slots=True)
class ParityReport:
    """pmmlkit against every oracle that was asked."""

    engines: tuple[EngineParity, ...]

    @property
    def ok(self) -> bool:
        """Every oracle agrees."""
        return all(engine.ok for engine in self.engines)

    def to_json(self) -> str:
        """The report as a JSON object."""
        engines = [
            {
                "engine": engine.engine,
                "version": engine.version,
                "ok": engine.ok,
                "comparison": json.loads(engine.comparison.to_json())
                if engine.comparison
                else None,
                "stopped": engine.stopped,
                "known": engine.known,
            }
            for engine in self.engines
        ]
        return json.dumps({"ok": self.ok, "engines": engines})

    def __str__(self) -> str:
        return "\n".join(str(engine) for engine in self.engines)


def compare(
    document: object,
    table: Any,
    against: Iterable[str | Oracle] = ("jpmml", "pmml4s"),
    *,
    rel: float = 1e-9,
    abs: float = 1e-12,
) -> ParityReport:
    """Score `table` with pmmlkit and with each oracle, and compare the results column by column.

    `document` is a path, bytes, a file object or a `pmmlkit.Document`; `table` is anything that
    `pmmlkit.Model.evaluate` takes. `against` names engines (`pmmlkit.parity.ENGINES`), which are
    started and stopped here, or holds oracles that are already open. Numbers agree within
    ``max(abs, rel * larger)``, labels exactly. An oracle that refuses the document is a difference;
    an oracle that is not installed raises `UnsupportedError`, a document without a model DataError.
    """
    import pmmlkit

    text = _bytes(document)
    model = pmmlkit.load(text)
    if not model.targets:
        raise DataError(
            "the document holds transformations without a model: the engines evaluate models alone"
        )
    columns = _columns(table, [field.name for field in model.inputs])
    answer = dict(model.evaluate(columns, errors="column"))
    messages = _listed(answer.pop(ERRORS, ()))
    ours = {name: _listed(values) for name, values in answer.items()}
    failed = [(row, str(text)) for row, text in enumerate(messages) if text is not None]
    with ExitStack() as stack:
        return ParityReport(
            tuple(
                _against(_opened(oracle, stack), text, columns, (ours, failed), (rel, abs))
                for oracle in against
            )
        )


def _against(
    oracle: Oracle,
    document: bytes,
    columns: Mapping[str, Sequence[object]],
    ours: tuple[Mapping[str, Sequence[object]], Sequence[tuple[int, str]]],
    tolerance: tuple[float, float],
) -> EngineParity:
    known = tuple(str(difference) for difference in known_differences(oracle.name, document))
    try:
        theirs = oracle.evaluate(document, columns)
    except OracleError as error:
        return EngineParity(oracle.name, oracle.version, None, error.message, known)
    comparison = compare_columns(
        ours[0],
        theirs.columns,
        names=("pmmlkit", oracle.name),
        rel=tolerance[0],
        abs=tolerance[1],
        errors=(ours[1], theirs.errors),
        silent=(False, oracle.silent_errors),
    )
    return EngineParity(oracle.name, oracle.version, comparison, None, known)


def _opened(oracle: str | Oracle, stack: ExitStack) -> Oracle:
    return stack.enter_context(open_oracle(oracle)) if isinstance(oracle, str) else oracle


def _bytes(document: Any) -> bytes:
    if isinstance(document, bytes):
        return document
    if isinstance(document, (str, PathLike)):
        with open_document(document) as (stream, _):
            return stream if isinstance(stream, bytes) else stream.read()
    if hasattr(document, "to_bytes"):
        written: bytes = document.to_bytes()
        return written
    content = document.read()
    return content.encode() if isinstance(content, str) else bytes(content)


def _columns(table: Any, names: Sequence[str]) -> dict[str, list[object]]:
    """Any kind of table as columns of plain lists."""
    if isinstance(table, np.ndarray):
        return {name: _listed(table[:, index]) for index, name in enumerate(names)}
    if isinstance(table, Mapping):
        if any(isinstance(value, list) or hasattr(value, "__array__") for value in table.values()):
            return {name: _listed(values) for name, values in table.items()}
        return {name: [value] for name, value in table.items()}
    if isinstance(table, list):
        keys = dict.fromkeys(key for row in table for key in row)
        return {key: [row.get(key) for row in table] for key in keys}
    import narwhals as nw

    frame = nw.from_native(table, eager_only=True)
    return {name: frame.get_column(name).to_list() for name in frame.columns}


def _listed(values: Any) -> list[object]:
    """A column as a list; a masked array gives None where it is masked."""
    if hasattr(values, "tolist"):
        values = values.tolist()
    elif hasattr(values, "to_list"):
        values = values.to_list()
    return list(values)

"""What an oracle is: another PMML engine that scores the same rows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module, metadata
from types import MappingProxyType, TracebackType
from typing import Protocol

from pmmlkit.errors import PmmlError, UnsupportedError
from pmmlkit.parity.values import Columns

__all__ = ["ENGINES", "LoadedModel", "Oracle", "OracleError", "OracleResult", "open_oracle"]

ENGINES: Mapping[str, str] = MappingProxyType(
    {"jpmml": "pmmlkit.parity.jpmml:JpmmlOracle", "pmml4s": "pmmlkit.parity.pmml4s:Pmml4sOracle"}
)
"""Engine names and the classes behind them."""

UNNAMED_TARGET = "_target"
"""The column of a prediction whose target field the document does not name."""


class OracleError(PmmlError):
    """An oracle cannot be started, or refuses a document."""


@dataclass(frozen=True, slots=True)
class OracleResult:
    """What an oracle answered.

    `columns` holds the target, then the output fields, as plain Python values with None for
    missing; dates and times are ISO 8601 text. `types` gives the dataType of each column where the
    engine states it. `errors` lists the rows (0-based) that failed with their message; such rows
    are None in all columns.
    """

    columns: dict[str, list[object]]
    types: dict[str, str]
    errors: list[tuple[int, str]]
    rows: int


class LoadedModel(Protocol):
    """A document inside an engine, ready for many tables."""

    def evaluate(self, columns: Columns, *, nan_as_missing: bool = True) -> OracleResult:
        """Score the rows of `columns`; see `Oracle.evaluate`."""


class Oracle(ABC):
    """An engine in a running state; close it, or use it in a ``with`` statement."""

    name: str
    """As in `ENGINES`."""
    package: str
    """The Python package that carries the engine."""
    silent_errors: bool = False
    """The engine gives missing results where others fail a row."""

    @property
    def version(self) -> str:
        """The version of the package that carries the engine."""
        return metadata.version(self.package)

    @abstractmethod
    def load(self, document: bytes) -> LoadedModel:
        """Read a document; `OracleError` when the engine refuses it."""

    @abstractmethod
    def close(self) -> None:
        """Free what the engine holds. May be called twice."""

    def evaluate(
        self, document: bytes, columns: Columns, *, nan_as_missing: bool = True
    ) -> OracleResult:
        """Score a table: `columns` maps field names to values, all of the same length.

        Values are converted by the dataType of the field to plain Python, NumPy scalars included.
        None is missing, and so is NaN unless `nan_as_missing` is false: then the engine gets the
        NaN and judges (JPMML-Evaluator calls it invalid). Rows are independent: one that fails does
        not fail the others.
        """
        return self.load(document).evaluate(columns, nan_as_missing=nan_as_missing)

    def __enter__(self) -> Oracle:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def open_oracle(name: str) -> Oracle:
    """Start the engine `name` (`ENGINES`); `UnsupportedError` when its package is not installed."""
    if name not in ENGINES:
        known = ", ".join(ENGINES)
        raise UnsupportedError(f"there is no oracle {name!r}; choose one of: {known}")
    module, attribute = ENGINES[name].split(":")
    engine: type[Oracle] = getattr(import_module(module), attribute)
    try:
        return engine()
    except ModuleNotFoundError as error:
        raise UnsupportedError(
            f'the oracle {name} needs the package {error.name}: pip install "pmmlkit[parity]"'
        ) from error

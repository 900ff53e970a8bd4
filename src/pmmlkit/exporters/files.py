"""Fitted estimators from files. A pickle is a program: it runs when it is read."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from pmmlkit.errors import ExportError

__all__ = ["load_estimator"]

PICKLES: Final = (".joblib", ".pkl", ".pickle")


def load_estimator(
    path: str | os.PathLike[str], *, allow_pickle: bool = False, trusted: Sequence[str] = ()
) -> Any:
    """Read a fitted estimator.

    Parameters
    ----------
    path
        ``.skops``, or ``.joblib``, ``.pkl``, ``.pickle`` with `allow_pickle`.
    allow_pickle
        The file may run any code: pass True only for files that you made or trust.
    trusted
        Dotted names of types, beyond those that skops knows, that a ``.skops`` file may hold.

    Raises
    ------
    ExportError
        A pickle without `allow_pickle` (before a byte of it is read), a type that is not trusted,
        another kind of file, or one that cannot be read.
    """
    source = Path(path)
    suffix = source.suffix.lower()
    if suffix not in (*PICKLES, ".skops"):
        raise ExportError(
            f"{source.name} is none of the files that can be read: .skops, .joblib, .pkl, .pickle"
        )
    if suffix in PICKLES and not allow_pickle:
        raise ExportError(
            f"{source.name} is a pickle, which runs code when it is read: pass allow_pickle=True "
            "(--allow-pickle) if you trust it, or save the estimator with skops"
        )
    if not source.is_file():
        raise ExportError(f"there is no file {source}")
    return _skops(source, trusted) if suffix == ".skops" else _pickle(source)


def _pickle(source: Path) -> Any:
    joblib = _imported("joblib", "sklearn")
    try:
        # joblib reads plain pickles as well
        return joblib.load(source)
    except Exception as error:
        raise ExportError(
            f"{source.name} cannot be read: {type(error).__name__}: {error}"
        ) from error


def _skops(source: Path, trusted: Sequence[str]) -> Any:
    io = _imported("skops.io", "sklearn")
    try:
        unknown = [name for name in io.get_untrusted_types(file=source) if name not in trusted]
        if unknown:
            options = " ".join(f"--trust {name}" for name in unknown)
            raise ExportError(
                f"{source.name} holds types that skops does not trust: {', '.join(unknown)}; "
                f"if the file is yours, pass trusted={unknown!r} (on the command line: {options})"
            )
        return io.load(source, trusted=list(trusted))
    except ExportError:
        raise
    except Exception as error:
        raise ExportError(
            f"{source.name} cannot be read: {type(error).__name__}: {error}"
        ) from error


def _imported(module: str, extra: str) -> Any:
    from importlib import import_module

    try:
        return import_module(module)
    except ImportError as error:
        raise ExportError(f'this needs {module}: pip install "pmmlkit[{extra}]"') from error

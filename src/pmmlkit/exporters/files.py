"""Fitted estimators from files. A pickle is a program: it runs when it is read."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from pmmlkit.errors import ExportError

__all__ = ["is_saved_by_spark", "load_estimator"]

PICKLES: Final = (".joblib", ".pkl", ".pickle")

NATIVE: Final = MappingProxyType(
    {
        ".ubj": ("pmmlkit.exporters.xgboost.native", "load_booster_file"),
        ".txt": ("pmmlkit.exporters.lightgbm.estimators", "load_model_text"),
        ".cbm": ("pmmlkit.exporters.catboost.files", "read_catboost"),
    }
)
"""Module and name of what reads the files that libraries write themselves, by suffix."""

_HEAD: Final = 4096
"""So much of a JSON file is looked at to find out which library wrote it."""


def is_saved_by_spark(path: str | os.PathLike[str]) -> bool:
    """Tell whether a path can only be what Spark ML has saved: a folder, or a zip."""
    return os.path.isdir(path) or Path(path).suffix.lower() == ".zip"


def load_estimator(
    path: str | os.PathLike[str], *, allow_pickle: bool = False, trusted: Sequence[str] = ()
) -> Any:
    """Read a fitted estimator.

    Parameters
    ----------
    path
        ``.skops``; ``.joblib``, ``.pkl``, ``.pickle`` with `allow_pickle`; models as XGBoost
        (``.json``, ``.ubj``), LightGBM (``.txt``) and CatBoost (``.json``, ``.cbm``) save them.
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
    if suffix not in (*PICKLES, *NATIVE, ".skops", ".json"):
        raise ExportError(
            f"{source.name} is none of the files that can be read: .skops, .joblib, .pkl, .pickle, "
            "models of XGBoost (.json, .ubj), LightGBM (.txt) and CatBoost (.json, .cbm), and the "
            "folder or .zip of a pipeline of Spark"
        )
    if suffix in PICKLES and not allow_pickle:
        raise ExportError(
            f"{source.name} is a pickle, which runs code when it is read: pass allow_pickle=True "
            "(--allow-pickle) if you trust it, or save the estimator with skops"
        )
    if not source.is_file():
        raise ExportError(f"there is no file {source}")
    if suffix in PICKLES:
        return _pickle(source)
    if suffix == ".skops":
        return _skops(source, trusted)
    module, name = NATIVE[suffix] if suffix in NATIVE else _writer_of_json(source)
    return getattr(import_module(module), name)(source)


def _writer_of_json(source: Path) -> tuple[str, str]:
    """Return what reads a JSON file: the models of XGBoost lie in an object ``learner``."""
    with source.open("rb") as stream:
        head = stream.read(_HEAD)
    is_xgboost = re.search(rb'"learner"\s*:', head) is not None
    return NATIVE[".ubj"] if is_xgboost else NATIVE[".cbm"]


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
    try:
        return import_module(module)
    except ImportError as error:
        raise ExportError(f'this needs {module}: pip install "pmmlkit[{extra}]"') from error

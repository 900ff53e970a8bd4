"""What the document says of itself: its Header and its MiningBuildTask."""

from __future__ import annotations

import datetime
import platform
import re
from collections.abc import Iterable, Iterator
from importlib import metadata
from typing import Any, Final

from pmmlkit._version import __version__
from pmmlkit.errors import ExportError
from pmmlkit.language.document import Application, Header, MiningBuildTask, Timestamp
from pmmlkit.xml.markup import End, Event, Markup, Start, Text

__all__ = ["build_task_of", "header_of", "task_of"]

_UNTOLD: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML cannot hold."""

_ADDRESS: Final = re.compile(r" at 0x[0-9a-fA-F]+")
"""Where an object lay in memory, which differs from run to run."""

_WHOLE: Final = 10**9

_DISTRIBUTIONS: Final = {"sklearn": "scikit-learn"}
"""Names of packages by which they are installed, where they differ from those of the import."""


def header_of(
    description: str | None,
    copyright: str | None,
    model_version: str | None,
    timestamp: datetime.datetime | str | None,
) -> Header:
    """Return the Header; without a `timestamp` it has none, so that what is the same stays so."""
    if isinstance(timestamp, datetime.datetime):
        timestamp = timestamp.isoformat(timespec="seconds")
    if timestamp is not None and not isinstance(timestamp, str):
        raise ExportError(f"timestamp={timestamp!r:.60}: pass a datetime or text")
    return Header(
        copyright=copyright,
        description=description,
        model_version=model_version,
        application=Application(name="pmmlkit", version=__version__),
        timestamp=None if timestamp is None else Timestamp(content=Markup((Text(timestamp),))),
    )


def build_task_of(estimator: Any) -> MiningBuildTask:
    """Return what the estimator says of itself, and the versions of Python and of the libraries
    that it is made of.
    """
    return task_of(_ADDRESS.sub("", _representation(estimator)), _versions(estimator))


def task_of(text: str, versions: Iterable[tuple[str, str]]) -> MiningBuildTask:
    """Return the description of what was exported, with the versions of what it was made with."""
    events: list[Event] = [
        Start("Extension", (("extender", "pmmlkit"), ("name", "estimator"))),
        Text(_UNTOLD.sub("\ufffd", text)),
        End(),
    ]
    for name, version in versions:
        stated = (("extender", "pmmlkit"), ("name", name), ("value", version))
        events += [Start("Extension", stated), End()]
    return MiningBuildTask(content=Markup(tuple(events)))


def _representation(estimator: Any) -> str:
    try:
        # scikit-learn leaves out the middle of long ones
        return str(estimator.__repr__(N_CHAR_MAX=_WHOLE))
    except TypeError:
        return repr(estimator)


def _versions(estimator: Any) -> Iterator[tuple[str, str]]:
    yield "python", platform.python_version()
    packages = {kind.__module__.partition(".")[0] for kind in map(type, _parts(estimator))}
    for package in sorted({*packages, "numpy"} - {"builtins", "__main__", "pmmlkit"}):
        name = _DISTRIBUTIONS.get(package, package)
        try:
            yield name, metadata.version(name)
        except metadata.PackageNotFoundError:
            continue


def _parts(estimator: Any) -> Iterator[Any]:
    """Yield the estimator and those that it was made of."""
    yield estimator
    if not hasattr(estimator, "get_params"):
        return
    try:
        parts = estimator.get_params(deep=True)
    except (AttributeError, TypeError, ValueError):
        return
    yield from (part for part in parts.values() if hasattr(part, "get_params"))

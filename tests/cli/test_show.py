"""`pmmlkit show`: options, exit codes, outputs that are no terminal."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pmmlkit.cli import main
from tests.documents import CLASSIFICATION, REGRESSION


def run(arguments: str, capfd: pytest.CaptureFixture[str]) -> tuple[Any, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(arguments.split())
    out, err = capfd.readouterr()
    assert "Traceback" not in err
    return ended.value.code, out, err


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    (tmp_path / "m.pmml").write_bytes(REGRESSION)
    (tmp_path / "tree.pmml").write_bytes(CLASSIFICATION)
    (tmp_path / "bad.pmml").write_bytes(b"<PMML")
    (tmp_path / "odd.pmml").write_bytes(REGRESSION.replace(b'name="x" coef', b'name="q" coef'))
    return tmp_path


def test_text(capfd: pytest.CaptureFixture[str]) -> None:
    code, out, err = run("show m.pmml", capfd)
    assert (code, err) == (0, "")
    assert out.startswith("m.pmml\n  PMML       4.4\n")
    assert "evaluates  yes" in out
    assert "\x1b" not in out


def test_a_document_that_cannot_be_evaluated(capfd: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run("show odd.pmml", capfd)
    assert code == 0
    assert "evaluates  no: " in out
    assert "Findings (1 error" in out


def test_json(capfd: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run("show m.pmml --json", capfd)
    assert code == 0
    assert json.loads(out)["models"][0]["kind"] == "RegressionModel"


def test_trees(capfd: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run("show tree.pmml --tree 1", capfd)
    assert code == 0
    assert out.splitlines()[2:] == [
        "all rows",
        "├─ x <= 0 -> no  [no 3, yes 1]",
        "└─ x > 0 -> yes  [no 0, yes 4]",
    ]
    code, out, _ = run("show tree.pmml --tree 1 --depth 0", capfd)
    assert out.splitlines()[2:] == ["all rows", "└─ ... 2 nodes below"]
    code, out, _ = run("show tree.pmml --tree 1 --depth 0 --json", capfd)
    assert [node["hidden"] for node in json.loads(out)["nodes"]] == [2]


def test_full(capfd: pytest.CaptureFixture[str], folder: Path) -> None:
    values = "".join(f'<Value value="v{at}"/>' for at in range(30)).encode()
    (folder / "m.pmml").write_bytes(REGRESSION.replace(b'<Value value="red"/>', values))
    assert "v29" not in run("show m.pmml", capfd)[1]
    assert "v29, blue" in run("show m.pmml --full", capfd)[1]


def test_standard_input(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(REGRESSION)))
    code, out, _ = run("show -", capfd)
    assert code == 0
    assert "RegressionModel" in out


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ("bad.pmml", 3, "pmmlkit: bad.pmml: "),
        ("none.pmml", 4, "pmmlkit: cannot read none.pmml"),
        ("m.pmml --tree 1", 2, "there is no tree 1: the document has 0"),
        ("tree.pmml --tree 0", 2, "--tree"),
        ("tree.pmml --depth 1", 2, "it needs --tree"),
        ("", 2, "MODEL"),
    ],
)
def test_errors(arguments: str, code: int, message: str, capfd: pytest.CaptureFixture[str]) -> None:
    found, out, err = run(f"show {arguments}", capfd)
    assert (found, out) == (code, "")
    assert message in err


def test_an_output_that_takes_ascii_alone(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pmmlkit", "show", "tree.pmml", "--tree", "1"],
        capture_output=True,
        check=True,
        env={"PYTHONIOENCODING": "ascii", "PATH": "", "PYTHONPATH": ":".join(sys.path)},
    )
    assert b"\n|- x <= 0 -> no  [no 3, yes 1]" in done.stdout
    assert b"\n`- x > 0" in done.stdout


def test_the_example_of_the_manual(
    capfd: pytest.CaptureFixture[str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    (folder / "kinds.pmml").write_bytes(CLASSIFICATION)
    manual = (Path(__file__).parents[2] / "docs" / "show.md").read_text(encoding="utf-8")
    for arguments in ("show kinds.pmml", "show kinds.pmml --tree 1"):
        assert f"$ pmmlkit {arguments}\n{run(arguments, capfd)[1]}" in manual

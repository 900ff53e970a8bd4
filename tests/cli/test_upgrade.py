"""The command `pmmlkit upgrade`."""

from __future__ import annotations

import gzip
import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

import pmmlkit
from pmmlkit.cli import main
from pmmlkit.cli.upgrade import _VERSIONS
from pmmlkit.upgrading import TARGETS
from tests.documents import ENSEMBLE, REGRESSION
from tests.upgrading.comparing import stated

OLD = (
    REGRESSION.replace(b"4_4", b"4_1").replace(b'"4.4"', b'"4.1"').replace(b"target", b"predicted")
)
LEFT = stated(OLD, "4.0").replace(b"<RegressionModel", b'<RegressionModel foo="1"')


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old.pmml").write_bytes(OLD)
    (tmp_path / "left.pmml").write_bytes(LEFT)
    (tmp_path / "new.pmml").write_bytes(
        ENSEMBLE.replace(b'"weightedAverage"', b'"weightedAverage" missingThreshold="0.5"')
    )
    return tmp_path


def run(arguments: str, capfd: pytest.CaptureFixture[str]) -> tuple[Any, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["upgrade", *arguments.split()])
    out, err = capfd.readouterr()
    assert "Traceback" not in err
    return ended.value.code, out, err


def test_the_versions_to_choose_from() -> None:
    assert _VERSIONS == TARGETS


def test_a_file(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code, out, err = run("old.pmml out.pmml", capfd)
    assert (code, err) == (0, "")
    assert out.splitlines()[0] == "old.pmml: PMML 4.1 -> 4.4, 2 changes (1 version, 1 replaced)"
    assert "  replaced MiningField/@usageType: predicted -> target (line 17)" in out.splitlines()
    done = pmmlkit.Document.read(folder / "out.pmml")
    assert done.version == "4.4"
    assert (folder / "old.pmml").read_bytes() == OLD


def test_quiet(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run("--quiet old.pmml out.pmml", capfd) == (0, "", "")
    assert (folder / "out.pmml").exists()


def test_what_cannot_be_done(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run("--quiet left.pmml out.pmml", capfd)
    assert code == 1
    assert out.splitlines() == [
        "could not be done (1):",
        "  RegressionModel/@foo: not known to PMML 4.4; kept as it was (line 13)",
    ]
    assert b'foo="1"' in (folder / "out.pmml").read_bytes()


def test_json(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run("--json left.pmml out.pmml.gz", capfd)
    report = json.loads(out)
    assert (code, report["from"], report["to"]) == (1, "4.0", "4.4")
    assert [item["kind"] for item in report["changes"]] == ["version", "replaced"]
    assert report["remaining"][0]["line"] == 13
    assert b'version="4.4"' in gzip.decompress((folder / "out.pmml.gz").read_bytes())


def test_standard_input_and_output(
    folder: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(OLD)))
    with pytest.raises(SystemExit) as ended:
        main(["upgrade", "-", "-", "--to", "4.3"])
    out, err = capfdbinary.readouterr()
    assert ended.value.code == 0
    assert pmmlkit.Document.read(out).version == "4.3"
    assert b"PMML 4.1 -> 4.3, 2 changes" in err


def test_what_would_be_lost(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code, out, err = run("--to 4.2 new.pmml out.pmml", capfd)
    assert (code, out) == (3, "")
    assert err.splitlines() == [
        "pmmlkit: new.pmml: line 99: PMML 4.2 lacks markup that the document needs:",
        '  Segmentation/@missingThreshold="0.5": PMML 4.2 has no such attribute (line 99)',
    ]
    assert not (folder / "out.pmml").exists()


@pytest.mark.parametrize("name", ["old.pmml", "./old.pmml", "link.pmml"])
def test_the_input_is_not_overwritten(
    name: str, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (folder / "link.pmml").symlink_to("old.pmml")
    code, _, err = run(f"old.pmml {name}", capfd)
    assert code == 2
    assert "--overwrite" in err
    assert (folder / "old.pmml").read_bytes() == OLD
    assert run(f"--overwrite --quiet old.pmml {name}", capfd) == (0, "", "")
    assert pmmlkit.Document.read(folder / "old.pmml").version == "4.4"


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        ("none.pmml out.pmml", 4, "none.pmml"),
        ("old.pmml none/out.pmml", 4, "none/out.pmml"),
        ("bad.pmml out.pmml", 3, "bad.pmml: "),
        ("--to 3.2 old.pmml out.pmml", 2, "4.2.1"),
        ("old.pmml", 2, "NEW"),
    ],
)
def test_errors(
    arguments: str, code: int, text: str, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (folder / "bad.pmml").write_bytes(OLD[:-20])
    found, out, err = run(arguments, capfd)
    assert (found, out) == (code, "")
    assert text in err
    assert not (folder / "out.pmml").exists()

"""`pmmlkit validate`: which files, what is told of them, where to, and the exit codes."""

from __future__ import annotations

import gzip
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from pmmlkit.cli import main, validate
from pmmlkit.cli.document_files import document_files
from pmmlkit.validation.formats import FORMATS
from pmmlkit.validation.report import Report, Unreadable
from tests.documents import REGRESSION

BAD = REGRESSION.replace(b'coefficient="2"', b"")
ODD = REGRESSION.replace(b'value="red" coefficient', b'value="green" coefficient')
"""A document with a warning."""


def run(arguments: list[str] | str, capfd: pytest.CaptureFixture[str]) -> tuple[Any, str, str]:
    words = arguments.split() if isinstance(arguments, str) else arguments
    with pytest.raises(SystemExit) as ended:
        main(["validate", *words])
    out, err = capfd.readouterr()
    assert "Traceback" not in err
    return ended.value.code, out, err


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, content in (("m", REGRESSION), ("bad", BAD), ("odd", ODD)):
        (tmp_path / f"{name}.pmml").write_bytes(content)
    return tmp_path


@pytest.fixture
def models(folder: Path) -> Path:
    """A folder of documents and other things: four of them are to be found."""
    within = folder / "models"
    for name, content in (
        ("b.pmml", REGRESSION),
        ("a b/\u00fcber.PMML", BAD),
        ("a b/c.pmml.gz", gzip.compress(REGRESSION)),
        ("a.xml", b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- <PMML> -->" + REGRESSION[39:]),
        ("other.xml", b"<?xml version='1.0'?><!-- <PMML> --><project/>"),
        ("broken.xml", b"<?xml <!-- <PMML>"),
        ("c.csv", b"x\n1\n"),
        (".git/hidden.pmml", BAD),
        ("empty/readme", b""),
    ):
        (within / name).parent.mkdir(parents=True, exist_ok=True)
        (within / name).write_bytes(content)
    return within


# --- what is told


def test_a_sound_document(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run("m.pmml", capfd) == (0, "m.pmml: ok\n", "")


def test_an_error(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code, out, err = run("m.pmml bad.pmml", capfd)
    assert (code, err) == (1, "")
    sound, finding, line, marks, summary = out.splitlines()
    assert sound == "m.pmml: ok"
    assert finding.startswith("bad.pmml:20: error PMML010: attribute coefficient")
    assert line == '    20 | <NumericPredictor name="x" />'
    assert marks == "       | ^^^^^^^^^^^^^^^^^"
    assert summary == "2 documents checked, 1 with errors: 1 error"


def test_a_warning_is_no_error(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run("odd.pmml", capfd)
    assert code == 0
    assert out.startswith("odd.pmml:21: warning PMML232: ")
    assert out.splitlines()[-1] == "1 document checked: 1 warning"


def test_quiet(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run("--quiet m.pmml bad.pmml odd.pmml", capfd)
    assert code == 1
    assert out.startswith("bad.pmml:20: error")
    assert len(out.splitlines()) == 3
    assert run("--quiet m.pmml odd.pmml", capfd) == (0, "", "")
    code, out, _ = run("--quiet --format json m.pmml bad.pmml", capfd)
    assert [item["source"] for item in json.loads(out)] == ["bad.pmml"]


def test_json(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run("--format json m.pmml bad.pmml", capfd)
    assert code == 1
    first, second = json.loads(out)
    assert first == {"source": "m.pmml", "ok": True, "findings": []}
    assert (second["source"], second["ok"]) == ("bad.pmml", False)
    (finding,) = second["findings"]
    assert finding["message"].startswith("attribute coefficient")
    assert {name: finding[name] for name in ("code", "severity", "path", "line")} == {
        "code": "PMML010",
        "severity": "error",
        "path": "PMML/RegressionModel/RegressionTable/NumericPredictor",
        "line": 20,
    }


def test_formats_are_those_that_there_are(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert tuple(FORMATS) == validate._FORMATS
    for name in FORMATS:
        code, out, _ = run(f"--format {name} bad.pmml", capfd)
        assert code == 1
        assert "PMML010" in out
    assert run("--format html bad.pmml", capfd)[0] == 2


@pytest.mark.parametrize(
    ("options", "code", "codes"),
    [
        ("", 1, ["PMML010", "PMML232"]),
        ("--select PMML2", 0, ["PMML232"]),
        ("--select PMML232,PMML010", 1, ["PMML010", "PMML232"]),
        ("--select PMML2 --select pmml0", 1, ["PMML010", "PMML232"]),
        ("--ignore PMML0", 0, ["PMML232"]),
        ("--select PMML --ignore PMML0,PMML2", 0, []),
    ],
)
def test_codes(
    options: str, code: int, codes: list[str], folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    found, out, _ = run(f"bad.pmml odd.pmml --format json {options}", capfd)
    assert found == code
    told = [finding["code"] for item in json.loads(out) for finding in item["findings"]]
    assert told == codes


@pytest.mark.parametrize("option", ["--select", "--ignore"])
def test_what_is_no_code(option: str, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(f"bad.pmml {option} PMML2,E501", capfd)
    assert (code, out) == (4, "")
    assert err.startswith("pmmlkit: 'E501' is no code of a finding; codes look like PMML204")


def test_strict(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "x.pmml").write_bytes(REGRESSION.replace(b"intercept", b'x-ours="1" intercept'))
    assert run("x.pmml", capfd)[0] == 0
    code, out, _ = run("x.pmml --strict", capfd)
    assert code == 1
    assert "x-ours" in out


def test_options_reach_the_validation(
    folder: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[dict[str, bool]] = []

    def validated(source: str, **options: bool) -> Report:
        seen.append(options)
        return Report((), source)

    monkeypatch.setattr("pmmlkit.cli.checking.validate", validated)
    for options in ("", "--strict", "--portable", "--strict --portable"):
        assert run(f"m.pmml {options}", capfd)[0] == 0
        strict, portable = ("--strict" in options), ("--portable" in options)
        assert seen.pop() == {"strict": strict, "portable": portable}


def test_explain(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run("--explain pmml230", capfd)
    assert code == 0
    assert out.startswith("PMML230 (warning): ")
    assert out.index("Bad:") < out.index("Good:")
    code, out, _ = run("--explain PMML230 --explain PMML232", capfd)
    assert out.count("Good:") == 2
    code, _, err = run("--explain PMML999", capfd)
    assert code == 4
    assert "PMML999" in err
    code, _, err = run("--explain PMML230 m.pmml", capfd)
    assert code == 2
    assert "--explain" in err


def test_nothing_to_check(capfd: pytest.CaptureFixture[str]) -> None:
    code, _, err = run("--quiet", capfd)
    assert code == 2
    assert "Missing argument 'MODEL...'" in err


# --- which files


def test_files_that_cannot_be_read(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "m.pmml.gz").write_bytes(gzip.compress(REGRESSION))
    (folder / "x.csv").write_text("x\n1\n")
    code, out, err = run("nothing.pmml m.pmml.gz x.csv", capfd)
    assert code == 4
    assert err == "pmmlkit: cannot read nothing.pmml: No such file or directory\n"
    assert "m.pmml.gz: ok" in out
    assert "x.csv:1: error PMML001: the text is not well-formed XML" in out
    assert out.splitlines()[-1].endswith("; 1 could not be read")


@pytest.mark.parametrize("name", FORMATS)
def test_files_that_cannot_be_read_are_told_by_programs_too(
    name: str, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(f"m.pmml nothing.pmml bad.pmml --format {name}", capfd)
    assert code == 4
    assert "cannot read nothing.pmml" in err
    assert "PMML010" in out
    assert ("nothing.pmml" in out) == (name != "text")


def test_folders(models: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run("models --format json", capfd)
    assert code == 1
    assert [item["source"] for item in json.loads(out)] == [
        os.path.join("models", *parts)
        for parts in (("a b", "c.pmml.gz"), ("a b", "\u00fcber.PMML"), ("a.xml",), ("b.pmml",))
    ]
    code, out, _ = run(["models/a b", "m.pmml"], capfd)
    assert code == 1
    assert os.path.join("models", "a b", "\u00fcber.PMML") + ":20: error" in out


def test_the_working_folder(models: Path, capfd: pytest.CaptureFixture[str]) -> None:
    names = [item["source"] for item in json.loads(run(". --format json", capfd)[1])]
    assert len(names) == 7
    assert names[-1] == "odd.pmml"


def test_a_hidden_folder_that_is_named(models: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run("models/.git", capfd)[0] == 1


def test_a_folder_without_documents(models: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code, out, err = run("models/empty m.pmml", capfd)
    assert code == 4
    assert err.startswith("pmmlkit: no documents in models/empty: no .pmml")
    assert "m.pmml: ok\n" in out


def test_each_file_once(models: Path) -> None:
    twice = ["m.pmml", "./m.pmml", str(models.parent / "m.pmml"), "models", "models/", "-", "-"]
    found = list(document_files([*twice, "models/b.pmml"]))
    assert not any(isinstance(item, Unreadable) for item in found)
    assert len(found) == 1 + 4 + 1


def test_links(models: Path) -> None:
    try:
        (models / "latest.pmml").symlink_to("b.pmml")
        (models / "lost.pmml").symlink_to("nowhere.pmml")
        (models / "loop").symlink_to(models, target_is_directory=True)
    except OSError:
        pytest.skip("no symbolic links here")
    names = [os.path.basename(str(name)) for name in document_files(["models"])]
    assert names == ["c.pmml.gz", "\u00fcber.PMML", "a.xml", "b.pmml", "latest.pmml", "lost.pmml"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_a_pipe_in_a_folder_is_not_waited_for(models: Path) -> None:
    os.mkfifo(models / "pipe.pmml")
    os.mkfifo(models / "pipe.xml")
    assert len(list(document_files(["models"]))) == 4


def test_roots_of_xml_files(folder: Path) -> None:
    texts = {
        "prefixed": b'<p:PMML xmlns:p="http://www.dmg.org/PMML-4_4"/>',
        "doctype": b"<!DOCTYPE PMML><PMML/>",
        "wide": "\ufeff<PMML/>".encode("utf-16"),
        "comments": b"<!-- a --> " * 3000 + b"<PMML/>",
    }
    others = {
        "other-name": b"<PMMLs/>",
        "far": b" " * 100_000 + b"<PMML/>",
        "open": b"<!-- <PMML/>",
        "empty": b"",
        "many": b"<!---->" * 9000,
    }
    within = folder / "xml"
    within.mkdir()
    for name, text in {**texts, **others}.items():
        (within / f"{name}.xml").write_bytes(text)
    assert {Path(str(name)).stem for name in document_files(["xml"])} == set(texts)


def test_standard_input(
    folder: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for arguments in ("-", "- -", "- --format github"):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(BAD)))
        code, out, _ = run(arguments, capfd)
        assert code == 1
        assert out.count("PMML010") == 1


# --- where to


def test_output(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for name in FORMATS:
        code, expected, _ = run(f"bad.pmml --format {name}", capfd)
        assert run(f"bad.pmml --format {name} --output report", capfd) == (code, "", "")
        assert (folder / "report").read_text(encoding="utf-8") == expected
    code, out, err = run("bad.pmml --output nowhere/report", capfd)
    assert (code, out) == (4, "")
    assert err.startswith("pmmlkit: cannot write nowhere")
    assert run("bad.pmml --output .", capfd)[0] == 4
    assert run(f"bad.pmml --output {os.devnull}", capfd) == (1, "", "")


def test_output_is_whole_or_not_there(
    folder: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "report").write_text("before")

    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pmmlkit.cli.checking.validate", stopped)
    assert run("bad.pmml --output report", capfd)[0] == 130
    assert (folder / "report").read_text() == "before"
    assert sorted(path.name for path in folder.iterdir()) == [
        "bad.pmml",
        "m.pmml",
        "odd.pmml",
        "report",
    ]


def test_names_of_all_kinds(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    name = "my model, 100%: \u65e5\u672c.pmml" if os.name != "nt" else "my model, 100%.pmml"
    (folder / name).write_bytes(BAD)
    _, out, _ = run([name], capfd)
    assert out.startswith(f"{name}:20: error")
    _, out, _ = run([name, "--format", "github"], capfd)
    escaped = name.replace("%", "%25").replace(":", "%3A").replace(",", "%2C")
    assert out.startswith(f"::error file={escaped},line=20,")
    _, out, _ = run([name, "--format", "junit"], capfd)
    assert etree.fromstring(out.encode())[0].get("name") == name


def started(
    arguments: list[str], folder: Path, **environment: str
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "pmmlkit", "validate", *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        timeout=120,
        check=False,
    )


def test_a_terminal_of_few_characters(folder: Path) -> None:
    (folder / "\u00fc.pmml").write_bytes(BAD.replace(b'name="x" ', 'name="\u00e9" '.encode()))
    done = started(["."], folder, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert (done.returncode, done.stderr) == (1, b"")
    assert b"\\xfc.pmml:" in done.stdout
    done = started([".", "--format", "sarif"], folder, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert json.loads(done.stdout)["version"] == "2.1.0"


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are characters elsewhere")
@pytest.mark.parametrize("name", FORMATS)
def test_a_name_that_is_no_text(name: str, folder: Path) -> None:
    file = os.fsdecode(b"\xff.pmml")
    (folder / file).write_bytes(BAD)
    done = started([file, "--format", name], folder)
    assert (done.returncode, done.stderr) == (1, b"")
    assert b"PMML010" in done.stdout


def test_whoever_reads_may_stop(folder: Path) -> None:
    names = []
    for at in range(40):
        names.append(f"{at}.pmml")
        (folder / names[-1]).write_bytes(BAD)
    process = subprocess.Popen(
        [sys.executable, "-m", "pmmlkit", "validate", *names],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline().startswith(b"0.pmml:20: error")
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    process.wait(120)


# --- colour


@pytest.mark.parametrize(
    ("terminal", "variables", "colored"),
    [
        (True, {}, True),
        (False, {}, False),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"NO_COLOR": ""}, True),
        (True, {"TERM": "dumb"}, False),
    ],
)
def test_color(
    terminal: bool,
    variables: dict[str, str],
    colored: bool,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Screen(io.StringIO):
        def isatty(self) -> bool:
            return terminal

    screen = Screen()
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.stdout", screen)
    with pytest.raises(SystemExit):
        main(["validate", "bad.pmml"])
    assert ("\x1b[" in screen.getvalue()) == colored
    assert "PMML010" in screen.getvalue()

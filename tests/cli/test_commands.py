"""The command as a whole: help, exit codes, `export`, `parity`."""

from __future__ import annotations

import json
import pickle
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import numpy as np
import pandas as pd
import pytest

import pmmlkit
from pmmlkit.cli import _COMMANDS, main
from tests.documents import CLASSIFICATION, REGRESSION, TRANSFORMATIONS


def run(arguments: str, capfd: pytest.CaptureFixture[str]) -> tuple[Any, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(arguments.split())
    out, err = capfd.readouterr()
    assert "Traceback" not in err
    return ended.value.code, out, err


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m.pmml").write_bytes(REGRESSION)
    return tmp_path


def test_version(capfd: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run("--version", capfd)
    assert (code, out) == (0, f"pmmlkit, version {pmmlkit.__version__}\n")


def test_help_lists_commands_and_exit_codes(capfd: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run("--help", capfd)
    assert code == 0
    for name, text in _COMMANDS.items():
        assert name in out
        assert text in " ".join(out.split())
    for text in ("0  done", "1  findings", "2  wrong usage", "3  a document", "4  input or output"):
        assert text in out


@pytest.mark.parametrize("name", _COMMANDS)
def test_help_of_each_command(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(f"{name} -h", capfd)
    assert code == 0
    command: click.Command = import_module(f"pmmlkit.cli.{name}").command
    assert command.help is not None
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.name != "help":
            assert parameter.help, parameter.name
            assert parameter.opts[-1] in out
        elif isinstance(parameter, click.Argument):
            assert str(parameter.metavar).strip("[].") in command.help


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("frobnicate", "No such command 'frobnicate'"),
        ("score", "Missing argument 'MODEL'"),
        ("validate", "Missing argument 'MODEL...'"),
        ("export estimator.skops", "Missing argument 'MODEL'"),
        ("score m.pmml --nonsense", "No such option"),
        ("score m.pmml rows.csv --errors ignore", "'ignore' is not one of"),
        ("export a.skops b.pmml --verification 5", "needs --data"),
        ("", "Usage: pmmlkit"),
    ],
)
def test_wrong_usage(
    arguments: str, words: str, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(arguments, capfd)
    assert code == 2 or not arguments
    assert words in out + err


# --- export


@pytest.fixture
def fitted(folder: Path) -> Path:
    linear = pytest.importorskip("sklearn.linear_model")
    random = np.random.default_rng(3)
    X = pd.DataFrame(random.normal(size=(40, 2)), columns=["a", "b"])
    y = (X["a"] - X["b"] > 0).map({True: "yes", False: "no"})
    estimator = linear.LogisticRegression().fit(X, y)
    X.assign(answer=y).to_csv(folder / "train.csv", index=False)
    with open(folder / "model.pkl", "wb") as stream:
        pickle.dump(estimator, stream)
    pytest.importorskip("skops.io").dump(estimator, folder / "model.skops")
    expected = pd.DataFrame({"answer": estimator.predict(X)})
    for at, label in enumerate(estimator.classes_):
        expected[f"probability({label})"] = estimator.predict_proba(X)[:, at]
    expected.to_csv(folder / "expected.csv", index=False)
    return folder


@pytest.mark.parametrize("source", ["model.skops", "model.pkl --allow-pickle"])
def test_export_then_score(source: str, fitted: Path, capfd: pytest.CaptureFixture[str]) -> None:
    arguments = "--data train.csv --target answer --name answers --verification 5"
    assert run(f"export {source} out.pmml {arguments}", capfd) == (0, "", "")
    assert run("validate out.pmml", capfd)[0] == 0
    model = pmmlkit.load("out.pmml")
    assert model.name == "answers"
    assert [field.name for field in model.inputs] == ["a", "b"]
    assert model.verify().ok
    assert model.verify().rows == 5
    assert run("score out.pmml train.csv results.csv", capfd)[0] == 0
    results, expected = pd.read_csv("results.csv"), pd.read_csv("expected.csv")
    pd.testing.assert_frame_equal(results[list(expected)], expected, rtol=1e-12)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ("export model.pkl out.pmml", 3, "--allow-pickle"),
        ("export nothing.skops out.pmml", 3, "nothing.skops"),
        ("export train.csv out.pmml", 3, ".skops"),
        ("export model.skops nowhere/out.pmml", 4, "cannot write nowhere"),
        ("export model.skops out.pmml --data nothing.csv", 4, "cannot read nothing.csv"),
        (
            "export model.skops out.pmml --data train.csv --target z",
            4,
            "--target z: train.csv has no",
        ),
    ],
)
def test_export_that_fails(
    arguments: str,
    code: int,
    words: str,
    fitted: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    found, _, err = run(arguments, capfd)
    assert err.startswith("pmmlkit: ")
    assert words in err
    assert found == code
    assert not Path("out.pmml").exists()


# --- parity


def test_parity(
    folder: Path, capfd: pytest.CaptureFixture[str], request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue("jpmml")
    (folder / "rows.csv").write_text("x,colour\n1,red\nNA,blue\n3,blue\n")
    code, out, err = run("parity m.pmml rows.csv --against jpmml --missing NA", capfd)
    assert (code, err) == (0, "")
    assert "y" in out
    code, out, _ = run("parity m.pmml rows.csv --against jpmml --missing NA --format json", capfd)
    assert code == 0
    assert json.loads(out)


def test_parity_that_cannot_be(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "rows.csv").write_text("x,colour\n1,red\n")
    for arguments, words in (
        ("nothing.pmml rows.csv", "cannot read nothing.pmml"),
        ("m.pmml nothing.csv", "cannot read nothing.csv"),
        ("m.pmml m.pmml", "state it"),
    ):
        code, _, err = run(f"parity {arguments} --against jpmml", capfd)
        assert code == 4
        assert words in err


def test_a_document_that_another_engine_made(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (folder / "old.pmml").write_bytes(
        CLASSIFICATION.replace(b"PMML-4_4", b"PMML-3_1").replace(b'version="4.4"', b'version="3.1"')
    )
    (folder / "rows.csv").write_text("x,n,day\n1,1,2020-01-01\n")
    code, out, _ = run("score old.pmml rows.csv", capfd)
    assert (code, out.splitlines()[1]) == (0, "yes,1.0,2,true,2020-01-01")


def test_parity_needs_a_model(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "t.pmml").write_bytes(TRANSFORMATIONS)
    (folder / "rows.csv").write_text("x,z,colour,day\n1,2,red,\n")
    code, out, err = run("parity t.pmml rows.csv", capfd)
    assert (code, out) == (4, "")
    assert "the engines evaluate models alone" in err

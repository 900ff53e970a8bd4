"""`pmmlkit export`: files of all kinds, data that do not fit, the check, fields and metadata."""

from __future__ import annotations

import io
import json
import pickle
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import pmmlkit
from pmmlkit.cli import main
from pmmlkit.cli.progress import size_text, stage

pytest.importorskip("sklearn")

from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler


def run(arguments: str, capfd: pytest.CaptureFixture[str]) -> tuple[Any, str]:
    with pytest.raises(SystemExit) as ended:
        main(arguments.split())
    out, err = capfd.readouterr()
    assert "Traceback" not in err
    assert out == ""
    return ended.value.code, err


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    random = np.random.default_rng(3)
    X = pd.DataFrame(random.normal(size=(80, 2)), columns=["a", "b"])
    y = (X["a"] - X["b"] > 0).map({True: "yes", False: "no"}).rename("answer")
    X.assign(answer=y).to_csv("train.csv", index=False)
    X.assign(answer=y, id=range(80), day="2020-01-01")[["id", "b", "day", "a", "answer"]].to_csv(
        "wide.csv", index=False
    )
    X[["a"]].assign(answer=y).to_csv("narrow.csv", index=False)
    return tmp_path


def _training() -> tuple[Any, Any]:
    frame = pd.read_csv("train.csv")
    return frame[["a", "b"]], frame["answer"]


def _pickled(estimator: Any) -> str:
    with open("model.pkl", "wb") as stream:
        pickle.dump(estimator, stream)
    return "export model.pkl out.pmml --allow-pickle"


def _logistic() -> str:
    return _pickled(make_pipeline(StandardScaler(), LogisticRegression()).fit(*_training()))


def _xgboost(name: str) -> None:
    X, y = _training()
    model = pytest.importorskip("xgboost").XGBClassifier(n_estimators=3, max_depth=2)
    model.fit(X, y == "yes").save_model(name)


def _lightgbm(name: str) -> None:
    X, y = _training()
    model = pytest.importorskip("lightgbm").LGBMClassifier(n_estimators=3, verbose=-1)
    model.fit(X, y == "yes").booster_.save_model(name)


def _catboost(name: str) -> None:
    X, y = _training()
    catboost = pytest.importorskip("catboost")
    model = catboost.CatBoostClassifier(iterations=3, verbose=0, allow_writing_files=False)
    model.fit(X, y).save_model(name, format=name.rpartition(".")[2])


@pytest.mark.parametrize(
    ("save", "name", "is_checked"),
    [
        (_xgboost, "model.json", True),
        (_xgboost, "model.ubj", True),
        (_lightgbm, "model.txt", True),
        (_catboost, "model.cbm", True),
        (_catboost, "model.json", False),
    ],
)
@pytest.mark.parametrize("data", ["train.csv", "wide.csv", None])
def test_files_of_boosters(
    save: Any,
    name: str,
    is_checked: bool,
    data: str | None,
    folder: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    save(name)
    stated = f"--data {data} --target answer" if data else "--target answer"
    code, err = run(f"export {name} out.pmml {stated}", capfd)
    assert code == 0
    assert ("was not checked" in err) == (data is not None and not is_checked)
    model = pmmlkit.load("out.pmml")
    assert [field.name for field in model.inputs] == ["a", "b"]
    assert [field.name for field in model.targets] == ["answer"]


def test_categories_of_a_booster_are_texts_of_the_data(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    lightgbm = pytest.importorskip("lightgbm")
    frame = pd.DataFrame({"c": ["x", "y", "z", "y"] * 20, "v": np.arange(80.0)})
    frame.assign(t=frame["v"]).to_csv("texts.csv", index=False)
    model = lightgbm.LGBMRegressor(n_estimators=3, verbose=-1, min_child_samples=2)
    model.fit(frame.astype({"c": "category"}), frame["v"] * (frame["c"] == "x"))
    model.booster_.save_model("model.txt")
    arguments = "export model.txt out.pmml --data texts.csv --target t --check"
    assert run(arguments, capfd) == (0, "")
    assert pmmlkit.load("out.pmml").inputs[0].data_type == "string"


def test_columns_that_the_estimator_does_not_know_are_left_out(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    command = _logistic()
    assert run(f"{command} --data wide.csv --target answer", capfd) == (0, "")
    wide = Path("out.pmml").read_bytes()
    assert run(f"{command} --data train.csv --target answer", capfd) == (0, "")
    assert Path("out.pmml").read_bytes() == wide


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ("--data narrow.csv --target answer", 4, "narrow.csv lacks the column 'b'"),
        ("--data train.csv --target reply", 4, "no such column; it has a, b, answer"),
        ("--check", 2, "--check needs --data"),
        ("--statistics", 2, "--statistics needs --data"),
        ("--fields none.json", 4, "cannot read none.json"),
        ("--fields train.csv", 4, "cannot read train.csv"),
    ],
)
def test_what_does_not_fit(
    arguments: str, code: int, words: str, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    found, err = run(f"{_logistic()} {arguments}", capfd)
    assert words in err
    assert found == code
    assert not Path("out.pmml").exists()


def test_the_number_of_columns_without_names(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    X, y = _training()
    command = _pickled(LogisticRegression().fit(X.to_numpy(), y))
    code, err = run(f"{command} --data train.csv", capfd)
    assert (code, "has 3 columns beside the target (a, b, answer)" in err) == (4, True)
    assert "name the target with --target" in err
    assert run(f"{command} --data train.csv --target answer", capfd) == (0, "")
    assert [field.name for field in pmmlkit.load("out.pmml").inputs] == ["a", "b"]


def test_a_document_that_differs_is_not_written(
    folder: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    X, y = _training()
    other = LogisticRegression(C=0.01).fit(X, y)
    wrong = pmmlkit.export(other, X=X, y=y)
    monkeypatch.setattr("pmmlkit.exporters.export.export", lambda *args, **options: wrong)
    command = f"{_logistic()} --data train.csv --target answer"
    code, err = run(command, capfd)
    assert code == 1
    assert "row 0 of the data, 'probability(no)' is" in err
    assert "nothing was written (see --no-check)" in err
    assert not Path("out.pmml").exists()
    assert run(f"{command} --no-check", capfd) == (0, "")
    assert Path("out.pmml").read_bytes() == wrong.to_bytes()


def test_what_cannot_be_checked_is_said(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    _catboost("model.json")
    command = "export model.json out.pmml --data train.csv --target answer"
    code, err = run(command, capfd)
    assert (code, err.startswith("pmmlkit: the document was not checked: ")) == (0, True)
    assert run(f"{command} --no-check", capfd) == (0, "")
    Path("out.pmml").unlink()
    code, err = run(f"{command} --check", capfd)
    assert (code, "does not predict" in err) == (3, True)
    assert not Path("out.pmml").exists()


FIELDS = {
    "a": {"type": "continuous", "low": -1, "high": 1, "outliers": "extreme", "missing": 0},
    "b": {"type": "continuous", "display_name": "Bee"},
}


def test_fields_from_a_file(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    Path("fields.json").write_text(json.dumps(FIELDS))
    command = f"{_logistic()} --data train.csv --target answer --check --fields fields.json"
    assert run(command, capfd) == (0, "")
    model = pmmlkit.load("out.pmml")
    assert model.evaluate({"a": 9.0, "b": 0.0}) == model.evaluate({"a": 1.0, "b": 0.0})
    assert model.evaluate({"b": 0.5}) == model.evaluate({"a": 0.0, "b": 0.5})


@pytest.mark.parametrize(
    ("fields", "code", "words"),
    [
        ([], 4, "an object is needed"),
        ({"a": 5}, 4, "'a' needs \"type\": one of continuous, categorical"),
        ({"a": {"type": "nominal"}}, 4, "'a' needs \"type\""),
        ({"a": {"type": "continuous", "lo": 1}}, 4, "has 'lo', which a continuous column does"),
        ({"a": {"type": "continuous", "low": 2, "high": 1}}, 3, "2 is above 1"),
        ({"z": {"type": "continuous"}}, 3, "'z', which is no column"),
    ],
)
def test_fields_that_are_wrong(
    fields: Any, code: int, words: str, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    Path("fields.json").write_text(json.dumps(fields))
    found, err = run(f"{_logistic()} --fields fields.json", capfd)
    assert words in err
    assert found == code


def test_metadata(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    options = (
        "--name n --model-version 2 --description d --copyright c --timestamp t --build-task "
        "--statistics --no-compact --verification 3"
    )
    assert run(f"{_logistic()} --data train.csv --target answer {options}", capfd) == (0, "")
    root = pmmlkit.load("out.pmml").document.root
    header, (model,) = root.header, root.models
    assert (header.model_version, header.description, header.copyright) == ("2", "d", "c")
    assert model.model_name == "n"
    assert b"<Timestamp>t</Timestamp>" in Path("out.pmml").read_bytes()
    assert root.mining_build_task is not None
    assert model.model_stats is not None
    assert model.model_verification is not None
    assert [it.field for it in model.model_stats.univariate_stats] == ["a", "b", "answer"]
    assert model.model_verification.record_count == 3


def test_texts_and_dates_of_a_csv_are_what_pandas_reads(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    frame = pd.read_csv("wide.csv")
    encoder = make_pipeline(OneHotEncoder(handle_unknown="ignore"), LogisticRegression())
    command = _pickled(encoder.fit(frame[["day", "id"]], frame["answer"]))
    assert run(f"{command} --data wide.csv --target answer", capfd) == (0, "")
    types = {field.name: field.data_type for field in pmmlkit.load("out.pmml").inputs}
    assert types == {"day": "string", "id": "integer"}


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_for_terminals_and_for_what_takes_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pmmlkit.cli.progress.PATIENCE", 0.01)
    terminal, pipe = _Terminal(), io.StringIO()
    for stream in (terminal, pipe):
        with stage("writing a.pmml", stream) as now:
            time.sleep(0.2)
            now.words += " (5 MB)"
    assert terminal.getvalue().startswith("\rwriting a.pmml ... ")
    assert "\rwriting a.pmml (5 MB): " in terminal.getvalue()
    assert terminal.getvalue().endswith("\n")
    assert pipe.getvalue() == ""
    monkeypatch.setattr("pmmlkit.cli.progress.PATIENCE", 60.0)
    quick = _Terminal()
    with pytest.raises(KeyError), stage("quick", quick):
        raise KeyError
    assert quick.getvalue() == ""


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 bytes"), (999, "999 bytes"), (12_345, "12.3 kB"), (5e6, "5.0 MB"), (7e12, "7000.0 GB")],
)
def test_sizes(size: int, text: str) -> None:
    assert size_text(size) == text

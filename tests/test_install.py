"""The wheel holds what it must, and works with no extra installed."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

from tests.documents import REGRESSION

ROOT = Path(__file__).parents[1]

PROGRAM = """
import sys
import pmmlkit
model = pmmlkit.load(sys.argv[1])
print(model.evaluate({"x": 1.0, "colour": "red"}))
print(model.evaluate([{"x": 2.0, "colour": "blue"}]))
for name in ("pandas", "pyarrow", "sklearn", "numba"):
    assert name not in sys.modules
"""


def run(*arguments: str | Path, code: int = 0) -> str:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [str(argument) for argument in arguments],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def build_wheel(folder: Path) -> Path:
    source = folder / "source"
    source.mkdir()
    # A copy, so that nothing is written beside the sources and no older build gets in.
    for name in ("pyproject.toml", "setup.cfg", "README.md", "LICENSE"):
        if (ROOT / name).exists():
            (source / name).write_bytes((ROOT / name).read_bytes())
    for path in (ROOT / "src" / "pmmlkit").rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            target = source / path.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    run(sys.executable, "-m", "build", "--wheel", "--outdir", folder, source)
    (built,) = folder.glob("*.whl")
    return built


def install(wheel: Path, folder: Path) -> Path:
    """Return the bin folder of a fresh environment with the wheel and what it needs."""
    run(sys.executable, "-m", "venv", folder)
    found = folder / ("Scripts" if os.name == "nt" else "bin")
    run(found / "python", "-m", "pip", "install", "--disable-pip-version-check", wheel)
    return found


def test_the_wheel(tmp_path: Path) -> None:
    # One test, so that workers do not build and install side by side.
    folders = [tmp_path / name for name in ("wheel", "environment", "work")]
    for folder in folders:
        folder.mkdir()
    wheel = build_wheel(folders[0])
    check_content(wheel)
    check_requirements(wheel)
    scripts = install(wheel, folders[1])
    check_scoring_with_no_extra(scripts, folders[2])
    check_what_needs_an_extra_names_it(scripts, folders[2])


def check_content(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert "pmmlkit/py.typed" in names
    assert "pmmlkit/__init__.py" in names
    assert "pmmlkit/language/functions/registry.py" in names
    assert {name.split("/")[0] for name in names} == {"pmmlkit", names[-1].split("/")[0]}
    assert not [name for name in names if "test" in name or name.endswith((".pmml", ".pyc"))]
    sources = {
        path.relative_to(ROOT / "src").as_posix()
        for path in (ROOT / "src" / "pmmlkit").rglob("*.py")
    }
    assert {name for name in names if name.endswith(".py")} == sources


def check_requirements(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        (name,) = (item for item in packed.namelist() if item.endswith(".dist-info/METADATA"))
        metadata = packed.read(name).decode()
    required = [
        line.removeprefix("Requires-Dist: ")
        for line in metadata.splitlines()
        if line.startswith("Requires-Dist: ") and "extra ==" not in line
    ]
    names = {item.split(">")[0].split("=")[0].split("<")[0].strip() for item in required}
    assert names == {"numpy", "lxml", "click", "narwhals"}
    assert "License-Expression: Apache-2.0" in metadata


def check_scoring_with_no_extra(scripts: Path, tmp_path: Path) -> None:
    model, rows, results = tmp_path / "m.pmml", tmp_path / "rows.csv", tmp_path / "results.csv"
    model.write_bytes(REGRESSION)
    rows.write_text("x,colour\n1,red\n,blue\n")
    assert run(scripts / "python", "-c", PROGRAM, model).splitlines() == [
        "{'y': 13.0}",
        "[{'y': 5.0}]",
    ]
    assert "ok" in run(scripts / "pmmlkit", "validate", model)
    run(scripts / "pmmlkit", "score", model, rows, results)
    assert results.read_text() == "y\n13.0\n\n"
    assert run(scripts / "pmmlkit", "--version").startswith("pmmlkit, version ")


def check_what_needs_an_extra_names_it(scripts: Path, tmp_path: Path) -> None:
    model, rows = tmp_path / "m.pmml", tmp_path / "rows.csv"
    model.write_bytes(REGRESSION)
    rows.write_text("x,colour\n1,red\n")
    text = run(scripts / "pmmlkit", "score", model, rows, tmp_path / "results.parquet", code=3)
    assert 'pip install "pmmlkit[io]"' in text
    assert not (tmp_path / "results.parquet").exists()
    (tmp_path / "rows.parquet").write_bytes(b"PAR1")
    text = run(scripts / "pmmlkit", "score", model, tmp_path / "rows.parquet", code=3)
    assert 'pip install "pmmlkit[io]"' in text
    text = run(scripts / "pmmlkit", "parity", model, rows, code=3)
    assert 'pip install "pmmlkit[parity]"' in text
    (tmp_path / "estimator.skops").write_bytes(b"")
    text = run(scripts / "pmmlkit", "export", tmp_path / "estimator.skops", model, code=3)
    assert 'pip install "pmmlkit[sklearn]"' in text

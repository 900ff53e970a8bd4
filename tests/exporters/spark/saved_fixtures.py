"""The pipelines in tests/data/spark, each saved by one release of Spark, and tiny models."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

__all__ = [
    "CASES",
    "FIXTURES",
    "NEWEST",
    "RELEASES",
    "about",
    "archive",
    "made",
    "results",
    "rows",
    "schema",
    "unpacked",
    "written",
    "zipped",
]

FIXTURES = Path(__file__).parents[2] / "data" / "spark"
RELEASES = sorted(path.name for path in FIXTURES.iterdir() if path.name[0].isdigit())
NEWEST = RELEASES[-1]
CASES = sorted(
    (path.parent.name, path.stem)
    for release in RELEASES
    for path in (FIXTURES / release).glob("*.zip")
)
"""Pairs of release and case."""


def archive(release: str, case: str) -> Path:
    """Return the zip of what a release saved."""
    return FIXTURES / release / f"{case}.zip"


def results(release: str, case: str) -> dict[str, list[Any]]:
    """Return the columns that the release's own transform added to the rows."""
    content: dict[str, dict[str, list[Any]]] = json.loads(
        (FIXTURES / release / f"{case}.json").read_text(encoding="utf-8")
    )
    return content["results"]


def rows(case: str) -> dict[str, list[Any]]:
    """Return the rows that were scored, as columns."""
    content = _shared(case)
    names = [each["name"] for each in content["schema"]["fields"]]
    return {name: [row[place] for row in content["rows"]] for place, name in enumerate(names)}


def schema(case: str) -> dict[str, Any]:
    """Return the schema of the rows, as Spark's JSON states it."""
    stated: dict[str, Any] = _shared(case)["schema"]
    return stated


def _shared(case: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(
        (FIXTURES / "rows" / f"{case}.json").read_text(encoding="utf-8")
    )
    return content


def unpacked(release: str, case: str, target: Path) -> Path:
    """Return the folder of what a release saved, unpacked into another."""
    with zipfile.ZipFile(archive(release, case)) as packed:
        packed.extractall(target)
    return target / case


def zipped(target: Path, members: dict[str, bytes]) -> Path:
    """Write a zip of these members."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return target


def made(path: Path) -> Path:
    """Return a folder, made where it is not there."""
    path.mkdir(exist_ok=True)
    return path


def about(**changes: Any) -> dict[str, Any]:
    """Return the metadata of a small stage, but for some entries."""
    return {
        "class": "org.apache.spark.ml.feature.Tokenizer",
        "timestamp": 1,
        "sparkVersion": "3.5.0",
        "uid": "tok",
        "paramMap": {"inputCol": "text"},
        "defaultParamMap": {"inputCol": "x", "outputCol": "tok__output"},
        **changes,
    }


def written(folder: Path, **changes: Any) -> Path:
    """Write the metadata of a small stage into a folder."""
    made(folder)
    made(folder / "metadata").joinpath("part-00000").write_text(json.dumps(about(**changes)))
    return folder

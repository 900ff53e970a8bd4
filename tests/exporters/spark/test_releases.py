"""Pipelines as releases of Spark saved them score as those releases did."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.exporters.spark.agreement import Case
from tests.exporters.spark.saved_fixtures import CASES, archive, results, rows, schema

pytest.importorskip("pyarrow")


@pytest.mark.parametrize(("release", "name"), CASES)
def test_scores(release: str, name: str) -> None:
    frame = SimpleNamespace(schema=schema(name))
    case = Case(f"{release} {name}", archive(release, name), frame, {}, {})
    vars(case)["columns"] = rows(name)
    vars(case)["made"] = _by_element(results(release, name))
    case.check()


def _by_element(columns: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Return columns with lists of numbers element by element; other lists are left out."""
    found: dict[str, list[Any]] = {}
    for name, values in columns.items():
        if not isinstance(values[0], list):
            found[name] = values
        elif all(isinstance(it, float | int) for it in values[0]):
            for at, column in enumerate(zip(*values, strict=True)):
                found[f"{name}_{at}"] = list(column)
    return found

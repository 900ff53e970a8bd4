"""Small tables for the tests of Spark: numbers, texts, dates, with and without gaps."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["people", "table"]

SIZE = 60


def table(size: int = SIZE, *, gaps: bool = False) -> dict[str, list[Any]]:
    """Return columns of people: `age` (integer), `income`, `height` (numbers), `city` and `level`
    (texts), `member` (boolean), `spent` (a number that depends on them), `kind` (one of three
    texts), `bought` (0.0 or 1.0). With `gaps` some of `income`, `height` and `city` are missing.
    """
    rng = np.random.default_rng(7)
    age = rng.integers(18, 80, size)
    income = np.round(rng.lognormal(3, 0.5, size), 3)
    height = np.round(rng.normal(170, 9, size), 2)
    city = rng.choice(["Rome", "Oslo", "Lima", "Bonn"], size, p=[0.4, 0.3, 0.2, 0.1])
    level = rng.choice(["low", "high"], size)
    member = rng.random(size) < 0.5
    score = age / 20 + income / 15 + (city == "Oslo") + member - height / 80
    spent = np.round(score * 3 + rng.normal(0, 0.4, size), 4)
    kind = np.array(["bronze", "silver", "gold"])[
        np.digitize(score + rng.normal(0, 0.5, size), [2, 4])
    ]
    columns: dict[str, list[Any]] = {
        "age": age.tolist(),
        "income": income.tolist(),
        "height": height.tolist(),
        "city": city.tolist(),
        "level": level.tolist(),
        "member": member.tolist(),
        "spent": spent.tolist(),
        "kind": kind.tolist(),
        "bought": (score + rng.normal(0, 0.5, size) > 3).astype(float).tolist(),
    }
    if gaps:
        for name, every in (("income", 7), ("height", 11), ("city", 13)):
            columns[name] = [None if at % every == 3 else it for at, it in enumerate(columns[name])]
    return columns


def people(session: Any, size: int = SIZE, *, gaps: bool = False) -> Any:
    """Return the table as a data frame of Spark, in one partition."""
    columns = table(size, gaps=gaps)
    kinds = {int: "int", float: "double", str: "string", bool: "boolean"}
    schema = ", ".join(
        f"{name} {kinds[type(next(it for it in values if it is not None))]}"
        for name, values in columns.items()
    )
    rows = list(zip(*columns.values(), strict=True))
    return session.createDataFrame(rows, schema).coalesce(1)

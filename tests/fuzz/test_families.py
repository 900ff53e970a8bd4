"""Broken documents of every model family, with odd rows: only PmmlErrors, the same by column and
by row, without a warning and within seconds.

A slice by default, 20,000 mutants of each family with PMMLKIT_FULL=1. A find becomes a file of
`regressions` for good.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from tests.fuzz.exercise import exercise
from tests.fuzz.mutations import mutant
from tests.fuzz.seeds import FAMILIES, documents, guests

MUTANTS = 20_000 if os.environ.get("PMMLKIT_FULL") == "1" else 40
REGRESSIONS = sorted((Path(__file__).parent / "regressions").glob("*.pmml"))


@pytest.mark.parametrize("family", FAMILIES)
def test_mutants(family: str) -> None:
    came = {"refused": 0, "scored": 0}
    for number in range(MUTANTS):
        chance = random.Random(number)
        text = mutant(chance.choice(documents(family)), chance, guests())
        try:
            came[exercise(text, chance)] += 1
        except Exception as error:
            raise AssertionError(f"mutant {number} of {family}: {text.decode()}") from error
    assert came["refused"]
    assert came["scored"]


@pytest.mark.parametrize("family", FAMILIES)
def test_whole_documents_with_odd_rows(family: str) -> None:
    for number, text in enumerate(documents(family)):
        assert exercise(text, random.Random(number)) == "scored"


@pytest.mark.parametrize("path", REGRESSIONS, ids=lambda path: path.stem)
def test_what_was_found(path: Path) -> None:
    text = path.read_bytes()
    for number in range(20):
        exercise(text, random.Random(number))

"""Validating the forest's document, beside lxml alone: parse it, hold it against the XML Schema."""

from __future__ import annotations

import compileall
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import models
from benchmarks.measure import interleaved
from benchmarks.report import Figure, against

PUBLISHED = Path(__file__).parents[2] / "shared" / "reference" / "xsd" / "pmml-4.4.1.xsd"
"""The published schema, where it is at hand; else the one written from the declarations."""

OURS = """
import sys, time
from pathlib import Path
from pmmlkit.validation import validate
from pmmlkit.validation.schema import validator
from pmmlkit.validation.rules import rules
from pmmlkit.program import Program
validator("4.4", "http://www.dmg.org/PMML-4_4"), rules()
path = Path(sys.argv[1])
start = time.perf_counter()
validate(path)
print(time.perf_counter() - start)
"""
THEIRS = """
import sys, time
from lxml import etree
schema = etree.XMLSchema(etree.parse(sys.argv[2]))
start = time.perf_counter()
assert schema.validate(etree.parse(sys.argv[1]))
print(time.perf_counter() - start)
"""
ROUNDS = 15


def validating(directory: Path) -> list[Figure]:
    """Measure `validate` (read, schema, compile, rules) against lxml's parse and schema alone.

    Imports and the compilation of the schema are outside: both are done once in a process.
    """
    from lxml import etree

    import pmmlkit
    from pmmlkit.validation import validate
    from pmmlkit.validation.schema import schema_text

    compileall.compile_dir(Path(pmmlkit.__file__).parent, quiet=1)
    path = models.document(directory, "forest")
    size = f"{path.stat().st_size / 1e6:.1f} MB"
    with tempfile.TemporaryDirectory() as temporary:
        published = PUBLISHED
        if not published.exists():
            published = Path(temporary) / "pmml.xsd"
            published.write_bytes(schema_text("4.4.1"))
        peer = f"lxml {etree.__version__}"
        first: tuple[list[float], list[float]] = ([], [])
        for _ in range(ROUNDS):
            for seconds, script in zip(first, (OURS, THEIRS), strict=True):
                seconds.append(_answer(script, path, published))
        schema = etree.XMLSchema(etree.parse(published))

        def theirs(path: Path) -> Any:
            return schema.validate(etree.parse(path))

        again = interleaved(
            {"ours": partial(validate, path), "theirs": partial(theirs, path)},
            rounds=ROUNDS,
            warm=2,
        )
    return [
        against(
            f"validate the forest ({size}), first in a process",
            "NumPy only",
            peer,
            first,
            limit=2,
            unit="ms",
        ),
        against(
            f"validate the forest ({size}), again and again",
            "NumPy only",
            peer,
            (again["ours"], again["theirs"]),
            limit=2,
            unit="ms",
        ),
    ]


def _answer(script: str, *paths: Path) -> float:
    """Run a script in a fresh process; return the seconds that it prints."""
    return float(
        subprocess.run(
            [sys.executable, "-c", script, *map(str, paths)],
            stdout=subprocess.PIPE,
            check=True,
            text=True,
        ).stdout
    )

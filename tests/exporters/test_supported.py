"""docs/estimators.md is what the registry says."""

from __future__ import annotations

from pathlib import Path

from pmmlkit.exporters.registry import MODULES, REFUSALS, registry
from pmmlkit.exporters.supported import supported_table

PAGE = Path(__file__).parents[2] / "docs" / "estimators.md"


def test_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == supported_table(), (
        "run python -m pmmlkit.exporters.supported > docs/estimators.md"
    )


def test_every_class_stands_on_the_page() -> None:
    text = supported_table()
    for name in registry().names():
        # other tests register classes of their own
        if name.partition(".")[0] in MODULES:
            module, _, kind = name.rpartition(".")
            assert f"`{module}`" in text
            assert kind in text


def test_every_library_with_refusals_tells_them() -> None:
    assert supported_table().count("Refused:") == len(REFUSALS)

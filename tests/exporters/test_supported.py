"""docs/estimators.md is what the registry says."""

from __future__ import annotations

from pathlib import Path

from pmmlkit.exporters.natives import ADAPTERS
from pmmlkit.exporters.registry import MODULES, REFUSALS, registry
from pmmlkit.exporters.statsmodels.results import KINDS
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


def test_what_is_no_estimator_stands_on_the_page() -> None:
    sections = {part.partition("\n")[0]: part for part in supported_table().split("\n## ")}
    for adapted in ADAPTERS:
        package = adapted.partition(".")[0]
        words = KINDS if package == "statsmodels" else [f"`{package}.{adapted.split('.')[-1]}`"]
        section = next(text for title, text in sections.items() if title.lower() == package)
        assert all(word in section for word in words)
    assert not any(part.rstrip().endswith("|---|---|") for part in sections.values())


def test_every_library_with_refusals_tells_them() -> None:
    assert supported_table().count("Refused:") == len(REFUSALS)

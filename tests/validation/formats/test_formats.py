"""The table of formats, and what holds for all of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from pmmlkit.validation.formats import FORMATS, format_of
from pmmlkit.validation.report import Report, Unreadable
from tests.validation.formats.samples import ABSENT, DOUBTFUL, EVERYTHING, HOSTILE, SOUND


def test_names() -> None:
    assert list(FORMATS) == ["text", "json", "sarif", "junit", "github"]
    for name in FORMATS:
        assert list(format_of(name)(EVERYTHING)) == list(FORMATS[name](EVERYTHING))


@pytest.mark.parametrize("name", FORMATS)
def test_every_text_can_be_written(name: str) -> None:
    written = "".join(FORMATS[name](EVERYTHING))
    assert written.endswith("\n")
    assert written.encode("utf-8", "backslashreplace").decode()
    assert not re.search("[\x00-\x08\x0b-\x1f]", written), "control characters reach the terminal"


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_checked(name: str) -> None:
    assert all(isinstance(part, str) for part in FORMATS[name]([]))


@pytest.mark.parametrize("name", ["text", "github"])
def test_documents_are_told_of_as_they_come(name: str) -> None:
    taken: list[Report | Unreadable] = []

    def coming() -> Iterator[Report | Unreadable]:
        for item in (DOUBTFUL, HOSTILE, SOUND):
            taken.append(item)
            yield item

    parts = FORMATS[name](coming())
    assert taken == []
    assert next(parts)
    assert taken == [DOUBTFUL]
    assert len(list(parts)) > 1


def test_json() -> None:
    content = json.loads("".join(FORMATS["json"]([SOUND, DOUBTFUL, ABSENT])))
    assert content == [
        json.loads(SOUND.to_json()),
        json.loads(DOUBTFUL.to_json()),
        {"source": ABSENT.source, "ok": False, "findings": [], "error": ABSENT.message},
    ]
    # A name of bytes that are no characters stays what it was.
    written = "".join(FORMATS["json"]([HOSTILE])).encode("utf-8", "backslashreplace")
    assert json.loads(written)[0]["source"] == HOSTILE.source

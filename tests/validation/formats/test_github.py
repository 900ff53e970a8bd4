"""Annotations of GitHub Actions."""

from __future__ import annotations

import re

from pmmlkit.validation.formats.github import github
from pmmlkit.validation.rules import explanations
from tests.validation.formats.samples import (
    ABSENT,
    DOUBTFUL,
    EVERYTHING,
    FROM_STDIN,
    HOSTILE,
    NAMELESS,
    SOUND,
)

COMMAND = re.compile(r"::(error|warning|notice) ((?:\w+=[^:,\r\n]*,?)+)::([^\r\n]*)\n")


def titled(code: str) -> str:
    known = explanations().get(code)
    return code if known is None else f"{code}%3A {known.title}".replace(",", "%2C")


def test_commands() -> None:
    file = "file=my models/5%25 \u00fcber%2Calles%3A a.pmml"
    assert list(github([SOUND, DOUBTFUL, ABSENT])) == [
        f"::error {file},title={titled('PMML010')}::attribute copyright is required\n",
        f"::notice {file},line=5,title={titled('PMML204')}::no MiningSchema names 'z'\n",
        f"::warning {file},line=7,title={titled('PMML230')}::'a' is not listed\n",
        "::error file=no such.pmml,title=cannot be read"
        "::cannot read no such.pmml%3A No such file or directory\n".replace("%3A", ":"),
    ]


def test_a_message_is_one_command() -> None:
    commands = list(github(EVERYTHING))
    assert all(COMMAND.fullmatch(command) for command in commands)
    first = next(github([HOSTILE]))
    assert first.endswith("%0A::error::%250A\n")


def test_what_is_no_file() -> None:
    for report in (NAMELESS, FROM_STDIN):
        assert list(github([report])) == [f"::error line=3,title={titled('PMML100')}::no field\n"]

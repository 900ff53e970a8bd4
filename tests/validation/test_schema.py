"""The generated schemas by themselves: what came when, vendors' markup, threads."""

from __future__ import annotations

import random
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from lxml import etree

from pmmlkit.errors import UnsupportedError
from pmmlkit.validation.grammar import GRAMMARS, grammar, grammar_version
from pmmlkit.validation.schema import namespace, schema_text, validator
from tests.validation.instances import Maker

FIRST_VALID = [
    ('<MiningField name="x" usageType="active"/>', "4.1"),
    ('<MiningField name="x" usageType="target"/>', "4.2"),
    ('<TextIndex textField="x"><FieldRef field="y"/></TextIndex>', "4.2"),
    ('<TextIndex textField="x" tokenize="true"><FieldRef field="y"/></TextIndex>', "4.2.1"),
    ('<ScoreDistribution value="x" recordCount="1" confidence="1e-1"/>', "4.3"),
    ('<ScoreDistribution value="x" recordCount="1" confidence="0.1"/>', "4.1"),
    ('<Lag field="x" n="2"/>', "4.3"),
    ('<Lag field="x" n="0"/>', None),
    ('<Lag field="x" aggregate="sum"/>', "4.4"),
    ('<InterceptVector><Array type="real">1</Array></InterceptVector>', "4.4.1"),
    ('<PredictiveModelQuality targetField="y" AUC="0.5"/>', "4.4.1"),
    ('<MapValues outputColumn="x"/>', "4.2"),
    ('<Array type="int">1 2<Extension/></Array>', None),
    ("<Indices>1 2</Indices>", "4.1"),
    ("<Indices>1 2.5</Indices>", None),
    ("<row><a>1</a><b>2</b></row>", "4.1"),
    ("<row><a>1</a></row>", None),
    ('<Node score="1"><True/><Node><False/></Node></Node>', "4.1"),
    ('<Node score="1"><Node><False/></Node></Node>', None),
    ('<NormDiscrete field="x" value="a"/>', "4.1"),
    ('<SimplePredicate field="x" operator="x-in" value="1"/>', None),
]


LAST_VALID = [
    ('<NormDiscrete field="x" value="a" method="indicator"/>', "4.1", "4.2.1"),
    ('<TextIndexNormalization isCaseSensitive="maybe"/>', "4.2", "4.2"),
    ('<VectorFields numberOfFields="-1"><FieldRef field="x"/></VectorFields>', "4.1", "4.3"),
    ('<ARIMA anything="1"/>', "4.1", "4.3"),
    ("<TimeSeries/>", "4.1", "4.3"),
]


def valid_in(text: str) -> list[str]:
    """Return the versions in which an element is valid."""
    name = re.compile(r"(?<=^<)[\w-]+")
    return [
        version
        for version in GRAMMARS
        if not validator(version).errors(
            etree.fromstring(name.sub(rf'\g<0> xmlns="{namespace(version)}"', text))
        )
    ]


@pytest.mark.parametrize(("text", "first"), FIRST_VALID)
def test_valid_from_a_version_on(text: str, first: str | None) -> None:
    assert valid_in(text) == ([] if first is None else [*GRAMMARS[GRAMMARS.index(first) :]])


@pytest.mark.parametrize(("text", "first", "last"), LAST_VALID)
def test_valid_up_to_a_version(text: str, first: str, last: str) -> None:
    found = valid_in(text)
    assert found == [*GRAMMARS[GRAMMARS.index(first) : GRAMMARS.index(last) + 1]]


@pytest.mark.parametrize("version", GRAMMARS)
def test_what_is_made_from_the_grammar_is_valid(version: str) -> None:
    maker = Maker(grammar(version), namespace(version), random.Random(f"own {version}"))
    for tag in grammar(version):
        assert validator(version).errors(maker.make(tag, 2)) == (), tag


@pytest.mark.parametrize("version", GRAMMARS)
def test_vendors_markup_is_not_in_the_schema(version: str) -> None:
    text = schema_text(version).decode()
    assert '"x-' not in text
    assert '"X-' not in text


def test_older_versions_have_the_grammar_of_4_1() -> None:
    assert [grammar_version(version) for version in ("3.0", "4.0", "4.1")] == ["4.1"] * 3
    assert grammar_version("4.2.1") == "4.2.1"
    assert b"PMML-3_2" in schema_text("3.2")
    with pytest.raises(UnsupportedError, match=r"5\.0"):
        schema_text("5.0")


def test_a_validator_says_where() -> None:
    text = f'<Constant xmlns="{namespace("4.4")}"\n dataType="real">1</Constant>'
    (error,) = validator("4.4").errors(etree.fromstring(text))[:1]
    assert error.line == 2
    assert "real" in error.message


def test_threads_share_a_validator() -> None:
    space = namespace("4.4.1")

    def errors(number: int) -> int:
        items = f'<Value xmlns="{space}" wrong="{number}"/>' * (number % 5)
        tree = etree.fromstring(f'<Taxonomy xmlns="{space}" name="{number}">{items}</Taxonomy>')
        return len(validator("4.4.1").errors(tree))

    numbers = range(200)
    expected = [errors(number) for number in numbers]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(errors, numbers)) == expected

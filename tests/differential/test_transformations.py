"""Random predicates, Discretize, MapValues, NormContinuous and NormDiscrete against JPMML."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import quoteattr

import pytest

from pmmlkit.errors import PmmlError
from pmmlkit.parity import Oracle
from tests.differential.engines import Conflict, Failed, both_refuse, conflicts, shown

FIELDS = {
    "x": ("double", "continuous", ""),
    "f": ("float", "continuous", ""),
    "i": ("integer", "continuous", ""),
    "k": ("integer", "categorical", '<Value value="1"/><Value value="2"/><Value value="7"/>'),
    "s": ("string", "categorical", ""),
    "o": (
        "string",
        "ordinal",
        '<Value value="low"/><Value value="mid"/><Value value="high"/>',
    ),
    "b": ("boolean", "categorical", ""),
    "d": ("date", "ordinal", ""),
    "t": ("dateTime", "ordinal", ""),
    "n": ("double", "categorical", ""),
}

POOLS: dict[str, list[Any]] = {
    "x": [None, 0.0, -0.0, 1.0, 2.5, -1.0, 0.1, 1e300, 0.30000001192092896],
    "f": [None, 0.0, 1.0, 2.5, -1.0, 0.10000000149011612, 0.30000001192092896],
    "i": [None, 0, 1, 2, 3, -1, 7],
    "k": [None, 1, 2, 7],
    "s": [None, "a", "b", "1", "1.0", "", " a", "Ä", "true"],
    "o": [None, "low", "mid", "high"],
    "b": [None, True, False],
    "d": [None, "2020-02-29", "1969-12-31", "1970-01-01"],
    "t": [None, "2020-02-29T00:00:00", "1969-12-31T23:59:59"],
    "n": [None, 0.0, 1.0, 2.5],
}

LITERALS: dict[str, list[str]] = {
    "x": ["0", "1", "2.5", "0.1", "0.3", "-1", "1e300", "1.0", "-0.0"],
    "f": ["0", "1", "2.5", "0.1", "0.3", "-1", "0.30000001192092896"],
    "i": ["0", "1", "2.5", "2", "7.0", "-1", "0.5"],
    "k": ["1", "2", "7", "2.0"],
    "s": ["a", "b", "1", "1.0", "", " a", "Ä", "true"],
    "o": ["low", "mid", "high"],
    "b": ["true", "false", "TRUE", "1"],
    "d": ["2020-02-29", "1970-01-01"],
    "t": ["2020-02-29T00:00:00", "1969-12-31T23:59:59"],
    "n": ["0", "1", "2.5", "1.0"],
}

EQUALITY = ("equal", "notEqual")
ORDER = ("lessThan", "lessOrEqual", "greaterThan", "greaterOrEqual")


def table(chance: random.Random, rows: int, names: str = "".join(FIELDS)) -> dict[str, list[Any]]:
    return {name: [chance.choice(POOLS[name]) for _ in range(rows)] for name in names}


def simple(chance: random.Random) -> str:
    name = chance.choice(list(FIELDS))
    if chance.random() < 0.15:
        operator = chance.choice(["isMissing", "isNotMissing"])
        return f'<SimplePredicate field="{name}" operator="{operator}"/>'
    if chance.random() < 0.3:
        return in_set(chance, name)
    is_categorical = FIELDS[name][1] == "categorical"
    operator = chance.choice(EQUALITY if is_categorical else EQUALITY + ORDER)
    value = quoteattr(chance.choice(LITERALS[name]))
    return f'<SimplePredicate field="{name}" operator="{operator}" value={value}/>'


def in_set(chance: random.Random, name: str) -> str:
    # JPMML does not find 0 in an array that writes it -0.0.
    pool = [item for item in LITERALS[name] if item != "-0.0"]
    items = chance.sample(pool, chance.randint(1, min(3, len(pool))))
    kind = "int" if name == "k" and "2.0" not in items else "string"
    if name in "xfn":
        kind = chance.choice(["real", "string"])
    text = " ".join(
        quoteattr(item).replace("'", '"') if kind == "string" else item for item in items
    )
    operator = chance.choice(["isIn", "isNotIn"])
    return (
        f'<SimpleSetPredicate field="{name}" booleanOperator="{operator}">'
        f'<Array type="{kind}" n="{len(items)}">{text}</Array></SimpleSetPredicate>'
    )


def predicate(chance: random.Random, depth: int = 2) -> str:
    draw = chance.random()
    if depth == 0 or draw < 0.4:
        return simple(chance)
    if draw < 0.45:
        return chance.choice(["<True/>", "<False/>"])
    operator = chance.choice(["and", "or", "xor", "surrogate"])
    inner = "".join(predicate(chance, depth - 1) for _ in range(chance.randint(2, 3)))
    return f'<CompoundPredicate booleanOperator="{operator}">{inner}</CompoundPredicate>'


def dictionary(names: str = "".join(FIELDS)) -> tuple[str, str]:
    data = "".join(
        f'<DataField name="{name}" dataType="{type}" optype="{optype}">{values}</DataField>'
        for name, (type, optype, values) in FIELDS.items()
        if name in names
    )
    return data, "".join(f'<MiningField name="{name}"/>' for name in names)


HEAD = '<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/>'


def predicate_document(text: str) -> bytes:
    """The prediction is 1 where the predicate is TRUE, 0 where UNKNOWN, missing where FALSE."""
    data, schema = dictionary()
    return (
        f'{HEAD}<DataDictionary>{data}<DataField name="y" optype="continuous" dataType="double"/>'
        '</DataDictionary><TreeModel functionName="regression" '
        'missingValueStrategy="lastPrediction" noTrueChildStrategy="returnNullPrediction">'
        f'<MiningSchema>{schema}<MiningField name="y" usageType="target"/></MiningSchema>'
        f'<Node score="0"><True/><Node score="1">{text}</Node></Node></TreeModel></PMML>'
    ).encode()


def expression_document(text: str, type: str) -> bytes:
    data, schema = dictionary()
    return (
        f"{HEAD}<DataDictionary>{data}</DataDictionary>"
        f'<RegressionModel functionName="regression"><MiningSchema>{schema}</MiningSchema><Output>'
        f'<OutputField name="r" optype="categorical" dataType="{type}" feature="transformedValue">'
        f'{text}</OutputField></Output><RegressionTable intercept="0"/></RegressionModel></PMML>'
    ).encode()


def check(text: bytes, rows: dict[str, list[Any]], jpmml: Oracle, excuses: Any = ()) -> str:
    """The differences, or nothing."""
    try:
        found = conflicts(text, rows, jpmml, excuses=excuses)
    except PmmlError as error:
        if both_refuse(text, jpmml, rows):
            return ""
        return f"{middle(text)}\n{error.__class__.__name__}: {error}"
    return f"{middle(text)}{shown(found, 3)}" if found else ""


def middle(text: bytes) -> str:
    """What differs between the documents of this module."""
    return text.decode().partition("</MiningSchema>")[2]


def run(
    jpmml: Oracle,
    seeds: range,
    make: Callable[[random.Random], tuple[bytes, Any]],
    excuses: Any = (),
) -> None:
    said = [check(*make(random.Random(seed)), jpmml, excuses) for seed in seeds]
    lines = [text for text in said if text]
    assert not lines, f"{len(lines)} of {len(said)}\n" + "\n".join(lines[:5])


def make_predicate(chance: random.Random) -> tuple[bytes, Any]:
    return predicate_document(predicate(chance)), table(chance, 40)


def make_simple(chance: random.Random) -> tuple[bytes, Any]:
    return predicate_document(simple(chance)), table(chance, 40)


def make_discretize(chance: random.Random) -> tuple[bytes, Any]:
    name = chance.choice("xfi")
    bins = ""
    for number in range(chance.randint(1, 4)):
        ends = sorted(chance.sample([-1.0, 0.0, 0.1, 0.3, 1.0, 2.0, 2.5, 7.0], 2))
        left = f' leftMargin="{ends[0]:g}"' if chance.random() < 0.8 else ""
        right = f' rightMargin="{ends[1]:g}"' if chance.random() < 0.8 or not left else ""
        closure = chance.choice(["openOpen", "openClosed", "closedOpen", "closedClosed"])
        bins += (
            f'<DiscretizeBin binValue="{number}"><Interval closure="{closure}"{left}{right}/>'
            "</DiscretizeBin>"
        )
    more = ""
    type = chance.choice(["string", "integer", "double"])
    if chance.random() < 0.5:
        more += f' dataType="{type}"'
    if chance.random() < 0.4:
        more += ' defaultValue="8"'
    if chance.random() < 0.4:
        more += ' mapMissingTo="9"'
    text = f'<Discretize field="{name}"{more}>{bins}</Discretize>'
    return expression_document(text, type), {name: POOLS[name]}


def make_map_values(chance: random.Random) -> tuple[bytes, Any]:
    names = chance.sample("xiskobdn", chance.randint(1, 2))
    keys = {tuple(chance.choice(LITERALS[name]) for name in names) for _ in range(4)}
    distinct: dict[tuple[Any, ...], tuple[str, ...]] = {}
    for key in sorted(keys):
        distinct.setdefault(tuple(_canonical(text) for text in key), key)
    rows = ""
    for number, key in enumerate(distinct.values()):
        cells = "".join(f"<c{at}>{text}</c{at}>" for at, text in enumerate(key))
        rows += f"<row>{cells}<out>{number}</out></row>"
    pairs = "".join(
        f'<FieldColumnPair field="{name}" column="c{at}"/>' for at, name in enumerate(names)
    )
    more = ""
    type = chance.choice(["string", "integer", "double"])
    if chance.random() < 0.5:
        more += f' dataType="{type}"'
    if chance.random() < 0.4:
        more += ' defaultValue="8"'
    if chance.random() < 0.4:
        more += ' mapMissingTo="9"'
    text = (
        f'<MapValues outputColumn="out"{more}>{pairs}<InlineTable>{rows}</InlineTable></MapValues>'
    )
    return expression_document(text, type), table(chance, 30, "".join(names))


def _canonical(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return {"true": 1.0, "false": 0.0}.get(text.lower(), text)


def make_norm_continuous(chance: random.Random) -> tuple[bytes, Any]:
    name = chance.choice("xfi")
    origins = sorted(chance.sample([-1.0, 0.0, 0.1, 0.3, 1.0, 2.0, 2.5, 7.0], chance.randint(2, 4)))
    norms = "".join(
        f'<LinearNorm orig="{orig:g}" norm="{chance.choice([0, 1, -0.7, 3.3, 0.1])}"/>'
        for orig in origins
    )
    more = f' outliers="{chance.choice(["asIs", "asMissingValues", "asExtremeValues"])}"'
    if chance.random() < 0.4:
        more += ' mapMissingTo="0.25"'
    text = f'<NormContinuous field="{name}"{more}>{norms}</NormContinuous>'
    return expression_document(text, "double"), {name: POOLS[name]}


def make_norm_discrete(chance: random.Random) -> tuple[bytes, Any]:
    name = chance.choice(list(FIELDS))
    more = ' mapMissingTo="0.25"' if chance.random() < 0.4 else ""
    value = quoteattr(chance.choice(LITERALS[name]))
    text = f'<NormDiscrete field="{name}" value={value}{more}/>'
    return expression_document(text, "double"), {name: POOLS[name]}


def is_no_integer(item: Conflict) -> bool:
    """JPMML orders an integer field against 2.5, but fails where they are to be equal."""
    return isinstance(item.theirs, Failed) and 'input string: "' in item.theirs.message


MAKERS: list[tuple[Callable[[random.Random], tuple[bytes, Any]], int]] = [
    (make_simple, 150),
    (make_predicate, 200),
    (make_discretize, 120),
    (make_map_values, 120),
    (make_norm_continuous, 80),
    (make_norm_discrete, 80),
]


@pytest.mark.parametrize(("make", "count"), MAKERS)
def test_random_documents(
    make: Callable[[random.Random], tuple[bytes, Any]], count: int, jpmml: Oracle, full: bool
) -> None:
    run(jpmml, range(count * 10 if full else count // 2), make, [is_no_integer])

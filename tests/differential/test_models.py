"""Random regressions and mining models over all methods, in pmmlkit and in JPMML-Evaluator."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

import pmmlkit
from pmmlkit.parity import Oracle, OracleError
from tests.differential.engines import Conflict, Failed, conflicts, ours, shown, theirs

HEAD = '<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/>'
FIELDS = {"a": "double", "b": "double", "f": "float", "i": "integer", "s": "string"}
POOLS: dict[str, list[Any]] = {
    "a": [None, 0.0, 1.0, -1.5, 2.0, 0.25, 30.0, -40.0],
    "b": [None, 0.0, 1.0, 0.5, -2.0, 3.0],
    "f": [None, 0.0, 0.5, 0.10000000149011612, 2.0],
    "i": [None, 0, 1, 2, -3, 5],
    "s": [None, "u", "v", "w"],
}
LABELS = ("p", "q", "r")
LINKS = ("none", "softmax", "logit", "exp", "probit", "cloglog", "loglog", "cauchit", "simplemax")


def rows(chance: random.Random, count: int = 50, missing: float = 0.1) -> dict[str, list[Any]]:
    """A table in which some values are missing."""
    return {
        name: [None if chance.random() < missing else chance.choice(pool[1:]) for _ in range(count)]
        for name, pool in POOLS.items()
    }


def number(chance: random.Random) -> float:
    return chance.choice([0.5, -0.25, 1.0, 2.0, -1.5, 0.1, 0.0, 3.0])


def regression_table(chance: random.Random, category: str = "") -> str:
    names = chance.sample("abfi", chance.randint(0, 3))
    inner = ""
    for name in names:
        power = chance.choice(["", "", ' exponent="2"', ' exponent="3"'])
        inner += f'<NumericPredictor name="{name}"{power} coefficient="{number(chance)}"/>'
    for value in chance.sample("uvw", chance.randint(0, 2)):
        inner += f'<CategoricalPredictor name="s" value="{value}" coefficient="{number(chance)}"/>'
    if chance.random() < 0.3:
        refs = "".join(f'<FieldRef field="{n}"/>' for n in chance.sample("abfi", 2))
        inner += f'<PredictorTerm coefficient="{number(chance)}">{refs}</PredictorTerm>'
    more = f' targetCategory="{category}"' if category else ""
    return f'<RegressionTable intercept="{number(chance)}"{more}>{inner}</RegressionTable>'


def schema(target: str | None = "y", more: str = "") -> str:
    fields = "".join(f'<MiningField name="{name}"/>' for name in FIELDS)
    last = f'<MiningField name="{target}" usageType="target"/>' if target else ""
    return f"<MiningSchema>{fields}{more}{last}</MiningSchema>"


def probabilities(labels: tuple[str, ...], segment: str = "") -> str:
    more = f' segmentId="{segment}"' if segment else ""
    return "".join(
        f'<OutputField name="{segment}p({label})" optype="continuous" dataType="double" '
        f'feature="probability" value="{label}"{more}/>'
        for label in labels
    )


def targets(chance: random.Random, function: str, labels: tuple[str, ...] = ()) -> str:
    if chance.random() < 0.6:
        return ""
    if function == "classification":
        shares = [0.5, 0.3, 0.2][: len(labels)]
        values = "".join(
            f'<TargetValue value="{label}" priorProbability="{share}"/>'
            for label, share in zip(labels, shares, strict=True)
        )
        return f'<Targets><Target field="y">{values}</Target></Targets>' if len(labels) == 3 else ""
    more = ""
    if chance.random() < 0.4:
        more += ' min="-2"'
    if chance.random() < 0.4:
        more += ' max="2.5"'
    if chance.random() < 0.4:
        more += f' rescaleFactor="{chance.choice(["2", "0.1"])}"'
    if chance.random() < 0.4:
        more += ' rescaleConstant="-0.75"'
    if chance.random() < 0.4:
        more += f' castInteger="{chance.choice(["round", "ceiling", "floor"])}"'
    value = '<TargetValue defaultValue="1.5"/>' if chance.random() < 0.5 else ""
    return f'<Targets><Target field="y"{more}>{value}</Target></Targets>'


def regression(
    chance: random.Random, function: str, labels: tuple[str, ...], *, link: str, output: str = ""
) -> str:
    if function == "regression":
        tables = regression_table(chance)
    else:
        tables = "".join(regression_table(chance, label) for label in labels)
    return (
        f'<RegressionModel functionName="{function}" normalizationMethod="{link}">{schema()}'
        f"<Output>{output}</Output>{targets(chance, function, labels)}{tables}</RegressionModel>"
    ).replace("<Output></Output>", "")


def tree(chance: random.Random, function: str, *, output: str = "", holes: float = 0.2) -> str:
    """A tree of one split; with holes, some rows get no prediction."""
    strategy = chance.choice(["nullPrediction", "lastPrediction", "none"])
    nodes = ""
    name = chance.choice("abi")
    for operator in ("lessOrEqual", "greaterThan"):
        if nodes and chance.random() < holes:
            continue
        predicate = f'<SimplePredicate field="{name}" operator="{operator}" value="0.5"/>'
        nodes += node(chance, function, predicate)
    root = node(chance, function, "<True/>").replace("</Node>", nodes + "</Node>")
    return (
        f'<TreeModel functionName="{function}" missingValueStrategy="{strategy}">{schema()}'
        f"<Output>{output}</Output>{root}</TreeModel>"
    ).replace("<Output></Output>", "")


def node(chance: random.Random, function: str, predicate: str) -> str:
    if function == "regression":
        return f'<Node score="{number(chance)}">{predicate}</Node>'
    counts = [chance.randint(0, 6) for _ in LABELS]
    counts[chance.randrange(3)] += 1
    best = LABELS[max(range(3), key=lambda at: counts[at])]
    shares = "".join(
        f'<ScoreDistribution value="{label}" recordCount="{count}"/>'
        for label, count in zip(LABELS, counts, strict=True)
    )
    return f'<Node score="{best}" recordCount="{sum(counts)}">{predicate}{shares}</Node>'


def document(
    model: str,
    function: str,
    labels: tuple[str, ...] = LABELS,
    kind: str = "double",
    more: str = "",
) -> bytes:
    data = "".join(
        f'<DataField name="{name}" dataType="{type}" '
        f'optype="{"categorical" if type == "string" else "continuous"}"/>'
        for name, type in FIELDS.items()
    )
    if function == "regression":
        target = f'<DataField name="y" optype="continuous" dataType="{kind}"/>'
    else:
        values = "".join(f'<Value value="{label}"/>' for label in labels)
        optype = "ordinal" if kind == "ordinal" else "categorical"
        target = f'<DataField name="y" optype="{optype}" dataType="string">{values}</DataField>'
    return f"{HEAD}<DataDictionary>{data}{target}{more}</DataDictionary>{model}</PMML>".encode()


def check(text: bytes, table: dict[str, list[Any]], jpmml: Oracle, excuses: Any) -> str:
    """The differences, or nothing; refusals are the same where both refuse."""
    try:
        pmmlkit.load(text)
    except pmmlkit.PmmlError as error:
        try:
            answers = theirs(text, table, jpmml)
        except OracleError:
            return ""
        if any(isinstance(answer, Failed) for answer in answers):
            return ""
        return f"{text.decode()}\nrefused here: {error}"
    try:
        found = conflicts(text, table, jpmml, excuses=excuses)
    except OracleError as error:
        return f"{text.decode()}\nrefused there: {error}"
    middle = text.decode().partition("</DataDictionary>")[2]
    for part in (schema(), schema(None)):
        middle = middle.replace(part, "")
    return f"{middle}{shown(found, 4)}" if found else ""


def run(
    make: Callable[[random.Random], bytes], seeds: range, jpmml: Oracle, excuses: Any = ()
) -> None:
    lines = []
    for seed in seeds:
        chance = random.Random(f"{make.__name__} {seed}")
        text = make(chance)
        said = check(text, rows(chance, missing=chance.choice([0.0, 0.1, 0.3])), jpmml, excuses)
        if said:
            lines.append(f"{seed}: {said}")
    assert not lines, f"{len(lines)} of {len(seeds)}\n" + "\n".join(lines[:6])


def make_regression(chance: random.Random) -> bytes:
    link = chance.choice(LINKS[:-1])
    return document(regression(chance, "regression", (), link=link), "regression")


def make_classification(chance: random.Random) -> bytes:
    link = chance.choice(LINKS)
    labels = LABELS[: chance.randint(2, 3)]
    output = probabilities(labels)
    model = regression(chance, "classification", labels, link=link, output=output)
    return document(model, "classification", labels)


def make_ordinal(chance: random.Random) -> bytes:
    link = chance.choice(("none", "logit", "probit", "cloglog", "loglog", "cauchit"))
    labels = LABELS[: chance.randint(2, 3)]
    model = regression(chance, "classification", labels, link=link, output=probabilities(labels))
    return document(model, "classification", labels, "ordinal")


REGRESSION_METHODS = (
    "average", "weightedAverage", "median", "weightedMedian", "sum", "weightedSum", "selectFirst",
    "modelChain",
)  # fmt: skip
CLASSIFICATION_METHODS = (
    "majorityVote", "weightedMajorityVote", "average", "weightedAverage", "max", "selectFirst",
    "modelChain",
)  # fmt: skip


SELECTING = ("selectFirst", "modelChain")
SUMS = ("sum", "weightedSum")
"""Skipping all segments without a bound is another matter: `test_a_sum_of_nothing`."""


def make_mining(chance: random.Random, function: str, methods: tuple[str, ...]) -> bytes:
    method = chance.choice(methods)
    holes = chance.choice([0.0, 0.3])
    segments = "".join(
        segment(chance, at, function, method, holes) for at in range(chance.randint(1, 5))
    )
    output = probabilities(LABELS) if function == "classification" else ""
    if method == "selectFirst":
        output += (
            '<OutputField name="id" optype="categorical" dataType="string" feature="entityId"/>'
        )
    elif 'id="s0"' in segments:
        output += (
            '<OutputField name="first" optype="categorical" dataType="string" '
            'feature="predictedValue" segmentId="s0"/>'
        )
    # Elsewhere JPMML and PMML4S leave the Targets of the MiningModel aside.
    own_targets = "" if method in SELECTING else targets(chance, function, LABELS)
    model = (
        f'<MiningModel functionName="{function}">{schema()}<Output>{output}</Output>{own_targets}'
        f'<Segmentation multipleModelMethod="{method}"{treatment(chance, method)}>{segments}'
        "</Segmentation></MiningModel>"
    ).replace("<Output></Output>", "")
    return document(model, function)


def segment(chance: random.Random, at: int, function: str, method: str, holes: float) -> str:
    condition = "<True/>"
    if chance.random() > 0.6:
        name = chance.choice("abi")
        operator = chance.choice(["lessThan", "greaterThan"])
        condition = f'<SimplePredicate field="{name}" operator="{operator}" value="0.75"/>'
    weights = ["", ' weight="2"', ' weight="0.5"', ' weight="0"']
    weight = chance.choice(weights[:3] if method in SUMS else weights)
    output = ""
    if method == "modelChain":
        kind = 'optype="categorical" dataType="string"'
        if function == "regression":
            kind = 'optype="continuous" dataType="double"'
        output = f'<OutputField name="o{at}" {kind} feature="predictedValue"/>'
    if chance.random() < 0.3:
        link = "none" if function == "regression" else "softmax"
        model = regression(chance, function, LABELS, link=link, output=output)
    else:
        model = tree(chance, function, holes=holes, output=output)
    identifier = f' id="s{at}"' if chance.random() < 0.7 else ""
    return f"<Segment{identifier}{weight}>{condition}{model}</Segment>"


def treatment(chance: random.Random, method: str) -> str:
    """The attributes that say what a segment without a prediction does."""
    if method == "modelChain":
        return ""
    kind = chance.choice(["", "continue", "returnMissing", "skipSegment", "skipSegment"])
    text = f' missingPredictionTreatment="{kind}"' if kind else ""
    if kind == "skipSegment" and (method in SUMS or chance.random() < 0.5):
        text += f' missingThreshold="{chance.choice(["0.2", "0.5", "0.75"])}"'
    return text


def make_mining_regression(chance: random.Random) -> bytes:
    return make_mining(chance, "regression", REGRESSION_METHODS)


def make_mining_classification(chance: random.Random) -> bytes:
    return make_mining(chance, "classification", CLASSIFICATION_METHODS)


MAKERS: list[tuple[Callable[[random.Random], bytes], int]] = [
    (make_regression, 80),
    (make_classification, 80),
    (make_ordinal, 40),
    (make_mining_regression, 120),
    (make_mining_classification, 120),
]


def has_nothing_to_combine(item: Conflict) -> bool:
    """No segment has a prediction: here the result is missing, or the Target's default."""
    words = ("Undefined result", "Empty classification")
    return isinstance(item.theirs, Failed) and any(word in item.theirs.message for word in words)


def reads_a_skipped_output(item: Conflict) -> bool:
    """The OutputField of a segment without a prediction is missing here."""
    return isinstance(item.theirs, Failed) and "is not defined" in item.theirs.message


def names_no_segment(item: Conflict) -> bool:
    """Where there is no prediction there is no entityId; JPMML names the segment, or fails."""
    if isinstance(item.theirs, Failed):
        return "HasEntityId" in item.theirs.message
    return item.name == "id" and item.ours is None


EXCUSES = (has_nothing_to_combine, reads_a_skipped_output, names_no_segment)


@pytest.mark.parametrize(("make", "count"), MAKERS)
def test_random_models(
    make: Callable[[random.Random], bytes], count: int, jpmml: Oracle, full: bool
) -> None:
    run(make, range(count * 5 if full else count // 2), jpmml, EXCUSES)


def make_median(chance: random.Random) -> bytes:
    """Distributions in odd number: of an even one JPMML takes the closer of the middle two."""
    segments = "".join(
        f"<Segment><True/>{tree(chance, 'classification', holes=0)}</Segment>" for _ in range(3)
    ).replace("nullPrediction", "lastPrediction")
    return document(
        f'<MiningModel functionName="classification">{schema()}'
        f"<Output>{probabilities(LABELS)}</Output>"
        f'<Segmentation multipleModelMethod="median">{segments}</Segmentation></MiningModel>',
        "classification",
    )


def test_medians_of_distributions(jpmml: Oracle, full: bool) -> None:
    run(make_median, range(100 if full else 20), jpmml)


def make_nested(chance: random.Random) -> bytes:
    """Treatments of the same field in a MiningModel and in its segment."""

    def field(name: str) -> str:
        more = chance.choice(
            [
                "",
                ' missingValueReplacement="5"',
                ' missingValueReplacement="50"',
                ' invalidValueTreatment="asMissing"',
                ' invalidValueTreatment="asIs"',
                ' invalidValueTreatment="asValue" invalidValueReplacement="7"',
                ' invalidValueTreatment="asMissing" missingValueReplacement="60"',
                ' missingValueTreatment="returnInvalid"',
                ' outliers="asExtremeValues" lowValue="1" highValue="8"',
                ' outliers="asMissingValues" lowValue="2" highValue="6"',
                ' outliers="asMissingValues" lowValue="2" highValue="6" '
                'missingValueReplacement="4"',
            ]
        )
        return f'<MiningField name="{name}"{more}/>'

    data = (
        '<DataField name="v" optype="continuous" dataType="double">'
        '<Interval closure="closedClosed" leftMargin="0" rightMargin="10"/></DataField>'
    )
    inner = (
        '<RegressionModel functionName="regression"><MiningSchema>'
        f'{field("v")}</MiningSchema><Output><OutputField name="inner" optype="continuous" '
        'dataType="double" feature="transformedValue"><FieldRef field="v"/></OutputField></Output>'
        '<RegressionTable intercept="1"/></RegressionModel>'
    )
    model = (
        f'<MiningModel functionName="regression"><MiningSchema>{field("v")}</MiningSchema>'
        '<Output><OutputField name="outer" optype="continuous" dataType="double" '
        'feature="transformedValue"><FieldRef field="v"/></OutputField></Output>'
        '<Segmentation multipleModelMethod="modelChain"><Segment><True/>'
        f"{inner}</Segment></Segmentation></MiningModel>"
    )
    return document(model, "regression", more=data)


def test_nested_treatments(jpmml: Oracle, full: bool) -> None:
    table = {"v": [None, 0.0, 1.0, 1.5, 2.0, 5.0, 7.0, 8.5, 10.0, 11.0, -1.0]}
    lines = []
    for seed in range(300 if full else 60):
        text = make_nested(random.Random(seed))
        if text.count(b'"returnInvalid"') and text.rfind(b'"returnInvalid"') > text.find(
            b"<Segment>"
        ):
            continue  # a segment's missingValueTreatment alone is left aside by JPMML
        said = check(text, table, jpmml, ())
        lines += [said] if said else []
    assert not lines, f"{len(lines)}\n" + "\n".join(lines[:6])


@pytest.mark.parametrize("method", SUMS)
def test_a_sum_of_nothing(method: str, jpmml: Oracle) -> None:
    """All segments skipped: JPMML adds up nothing to 0; here no segment gives no result."""
    part = (
        f'<Segment><True/><TreeModel functionName="regression">{schema()}'
        '<Node score="1"><False/></Node></TreeModel></Segment>'
    )
    text = document(
        f'<MiningModel functionName="regression">{schema()}<Segmentation '
        f'multipleModelMethod="{method}" missingPredictionTreatment="skipSegment">{part}'
        "</Segmentation></MiningModel>",
        "regression",
    )
    table = {name: [None] for name in FIELDS}
    assert theirs(text, table, jpmml) == [{"y": 0.0}]
    assert ours(text, table) == [{"y": None}]

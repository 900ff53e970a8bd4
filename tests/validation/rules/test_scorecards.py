"""Boundary cases of the rules for scorecards."""

from __future__ import annotations

import pytest

from tests.validation.rules.checked import codes

CARD = """
<DataDictionary>
  <DataField name="x" optype="{optype}" dataType="{type}"/>
  <DataField name="z" optype="continuous" dataType="double"/>
</DataDictionary>
<Scorecard functionName="regression" useReasonCodes="{reasons}"{more}>
  <MiningSchema><MiningField name="x"/><MiningField name="z"/></MiningSchema>
  <Characteristics><Characteristic name="c" reasonCode="R" baselineScore="10">{attributes}
  </Characteristic></Characteristics>
</Scorecard>"""
SIGNS = {
    "<": "lessThan",
    "<=": "lessOrEqual",
    ">": "greaterThan",
    ">=": "greaterOrEqual",
    "=": "equal",
    "!=": "notEqual",
}


def predicate(text: str) -> str:
    """Write ``x < 5``, ``x > 1 and x < 5``, ``x ?`` (is missing), True or False as markup."""
    if text in ("True", "False"):
        return f"<{text}/>"
    parts = text.split(" and ")
    if len(parts) > 1:
        inner = "".join(map(predicate, parts))
        return f'<CompoundPredicate booleanOperator="and">{inner}</CompoundPredicate>'
    field, sign, *value = text.split()
    if sign == "?":
        return f'<SimplePredicate field="{field}" operator="isMissing"/>'
    return f'<SimplePredicate field="{field}" operator="{SIGNS[sign]}" value="{value[0]}"/>'


def card(
    *texts: str,
    optype: str = "continuous",
    type: str = "double",
    scores: tuple[float, ...] = (),
    reasons: str = "false",
    more: str = "",
) -> str:
    numbers = scores or tuple(range(len(texts)))
    attributes = "".join(
        f'\n<Attribute partialScore="{score}">{predicate(text)}</Attribute>'
        for text, score in zip(texts, numbers, strict=True)
    )
    return CARD.format(optype=optype, type=type, reasons=reasons, more=more, attributes=attributes)


@pytest.mark.parametrize(
    ("texts", "is_gap"),
    [
        (("x < 10", "x >= 10"), False),
        (("x >= 10", "x < 10"), False),
        (("x < 10", "x > 10"), True),
        (("x <= 10", "x >= 11"), False),
        (("x <= 10", "x > 11"), True),
        (("x < 10", "x >= 11"), True),
        (("x <= 10", "x >= 12"), True),
        (("x <= 9.99", "x >= 10.00"), False),
        (("x <= 9.9", "x >= 10"), False),
        (("x <= 9.9", "x >= 10.1"), True),
        (("x < 15.550000190734863", "x >= 15.550000190734863"), False),
        (("x ?", "x < 1", "x >= 1 and x < 5", "x >= 5"), False),
        (("x ?", "x < 1", "x >= 1 and x < 5", "x > 5"), True),
        (("x < 1", "x > 5", "x < 9"), False),
        (("x < 1", "x > 1", "True"), False),
        (("x < 1", "x > 1", "z > 2"), False),
        (("x < 1", "x != 1"), False),
        (("x = 1", "x = 2"), False),
        (("x < 1", "x >= 1 and z > 2"), False),
        (("x >= 0 and x < 0",), False),
        (("x < 1e999", "x > 5"), False),
    ],
)
def test_gaps(texts: tuple[str, ...], is_gap: bool) -> None:
    assert ("PMML354" in codes(card(*texts))) == is_gap


def test_categories_leave_no_gap() -> None:
    found = codes(card("x < 1", "x > 1", optype="categorical", type="integer"))
    assert "PMML354" not in found


@pytest.mark.parametrize(
    ("texts", "overlaps"),
    [
        (("x <= 10", "x >= 10"), True),
        (("x <= 10", "x > 10"), False),
        (("x < 12", "x > 10"), True),
        # a cascade is meant
        (("x < 10", "x < 20", "x < 30"), False),
        (("x >= 30", "x >= 20"), False),
        (("x < 10", "True"), False),
    ],
)
def test_overlaps(texts: tuple[str, ...], overlaps: bool) -> None:
    assert ("PMML355" in codes(card(*texts))) == overlaps


@pytest.mark.parametrize(
    ("texts", "is_unreached"),
    [
        (("x < 20", "x < 10"), True),
        (("x < 10", "x < 20"), False),
        (("x < 10", "x < 10"), True),
        (("x <= 10", "x < 10"), True),
        (("x < 10", "x <= 10"), False),
        (("x < 10", "z < 5"), False),
        (("x < 10 and z < 5", "x < 10 and z < 5"), True),
        (("x < 10 and z < 5", "z < 5 and x < 10"), False),
        (("True", "x < 10"), True),
        (("x < 10", "True"), False),
        (("x < 10", "False"), True),
        (("x > 5 and x < 5",), True),
        (("x >= 5 and x <= 5",), False),
        (("x ?", "x ?"), True),
    ],
)
def test_unreached(texts: tuple[str, ...], is_unreached: bool) -> None:
    assert ("PMML353" in codes(card(*texts))) == is_unreached


@pytest.mark.parametrize(
    ("scores", "algorithm", "is_pointless"),
    [
        ((20, 30), "pointsAbove", False),
        ((20, 30), "pointsBelow", True),
        ((0, 10), "pointsAbove", True),
        ((0, 10), "pointsBelow", False),
        ((10, 10), "pointsBelow", True),
        ((0, 30), "pointsAbove", False),
        ((0, 30), "pointsBelow", False),
    ],
)
def test_points(scores: tuple[float, ...], algorithm: str, is_pointless: bool) -> None:
    more = f' reasonCodeAlgorithm="{algorithm}"'
    example = card("x < 1", "x >= 1", scores=scores, reasons="true", more=more)
    assert ("PMML356" in codes(example)) == is_pointless
    assert "PMML356" not in codes(card("x < 1", "x >= 1", scores=scores, more=more))

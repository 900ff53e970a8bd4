"""The parts of Scorecards for tests, as text."""

from __future__ import annotations

from collections.abc import Mapping

from tests.corpus.cells import document

__all__ = [
    "FIELDS",
    "OTHERWISE",
    "above",
    "bin",
    "characteristic",
    "codes",
    "computed",
    "fixed",
    "schema",
    "scorecard",
    "step",
]

FIELDS: Mapping[str, str] = {
    "a": "continuous double",
    "b": "continuous double",
    "s": "categorical string",
    "y": "continuous double",
}
OTHERWISE = "<True/>"


def above(field: str, value: float | str = 0) -> str:
    """The predicate that a field is greater than a value."""
    return f'<SimplePredicate field="{field}" operator="greaterThan" value="{value}"/>'


def attributes(**values: object) -> str:
    """The XML attributes that are not None, in camel case by their own names."""
    return "".join(f' {name}="{value}"' for name, value in values.items() if value is not None)


def bin(
    predicate: str, partial: float | None = None, code: str | None = None, inside: str = ""
) -> str:
    """One Attribute."""
    return (
        f"<Attribute{attributes(reasonCode=code, partialScore=partial)}>{predicate}{inside}"
        "</Attribute>"
    )


def computed(expression: str) -> str:
    """A ComplexPartialScore."""
    return f"<ComplexPartialScore>{expression}</ComplexPartialScore>"


def characteristic(
    *bins: str,
    code: str | None = None,
    baseline: float | None = None,
    name: str | None = "c",
) -> str:
    """One Characteristic."""
    own = attributes(name=name, reasonCode=code, baselineScore=baseline)
    return f"<Characteristic{own}>{''.join(bins)}</Characteristic>"


def step(
    field: str, high: float, low: float, code: str | None = None, baseline: float | None = None
) -> str:
    """A Characteristic that scores `high` above 0 and `low` otherwise."""
    return characteristic(
        bin(above(field), high), bin(OTHERWISE, low), code=code, baseline=baseline, name=field
    )


def fixed(partial: float, code: str | None = None, baseline: float | None = None) -> str:
    """A Characteristic that scores the same in every row."""
    return characteristic(bin(OTHERWISE, partial), code=code, baseline=baseline)


def codes(count: int, *, prefix: str = "r", more: str = "") -> str:
    """An Output with the reason codes of the first `count` ranks."""
    fields = "".join(
        f'<OutputField name="{prefix}{rank}" optype="categorical" dataType="string" '
        f'feature="reasonCode" rank="{rank}"/>'
        for rank in range(1, count + 1)
    )
    return f"<Output>{fields}{more}</Output>"


def schema(fields: Mapping[str, str] = FIELDS) -> str:
    """The MiningSchema of some fields; `y` is the target."""
    return (
        "<MiningSchema>"
        + "".join(
            f'<MiningField name="{name}"' + (' usageType="target"/>' if name == "y" else "/>")
            for name in fields
        )
        + "</MiningSchema>"
    )


def scorecard(
    *characteristics: str,
    options: str = "",
    output: str = "",
    before: str = "",
    fields: Mapping[str, str] = FIELDS,
    function: str = "regression",
) -> bytes:
    """A document of one Scorecard; `options` are XML attributes, `before` stands before the
    Characteristics.
    """
    body = (
        f'<Scorecard functionName="{function}" {options}>{schema(fields)}{output}{before}'
        f"<Characteristics>{''.join(characteristics)}</Characteristics></Scorecard>"
    )
    return document(body, fields)

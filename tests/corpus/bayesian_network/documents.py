"""Small BayesianNetworkModels as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.corpus.cells import document

__all__ = [
    "NOTHING",
    "apply",
    "constant",
    "continuous",
    "discrete",
    "distribution",
    "given",
    "model",
    "normal",
    "reference",
]

NOTHING = {"other": None}
"""A row in which no node is known."""

Shares = Mapping[str, float]


def _shares(shares: Shares) -> str:
    return "".join(
        f'<ValueProbability value="{value}" probability="{share}"/>'
        for value, share in shares.items()
    )


def _parents(values: Mapping[str, str]) -> str:
    return "".join(
        f'<ParentValue parent="{parent}" value="{value}"/>' for parent, value in values.items()
    )


def given(values: Mapping[str, str], shares: Shares) -> str:
    """The probabilities under values of the parents."""
    return (
        f"<DiscreteConditionalProbability>{_parents(values)}{_shares(shares)}"
        "</DiscreteConditionalProbability>"
    )


def discrete(name: str, *conditions: Shares | str, derived: str = "") -> str:
    """A DiscreteNode: one distribution, or what `given` makes."""
    inside = "".join(item if isinstance(item, str) else _shares(item) for item in conditions)
    return f'<DiscreteNode name="{name}">{derived}{inside}</DiscreteNode>'


def constant(number: float) -> str:
    return f'<Constant dataType="double">{number}</Constant>'


def reference(name: str) -> str:
    return f'<FieldRef field="{name}"/>'


def apply(function: str, *operands: str) -> str:
    return f'<Apply function="{function}">{"".join(operands)}</Apply>'


def distribution(kind: str, **parameters: str) -> str:
    """A ContinuousDistribution; parameters are expressions."""
    inside = "".join(
        f"<{name.capitalize()}>{markup}</{name.capitalize()}>"
        for name, markup in parameters.items()
    )
    return (
        f"<ContinuousDistribution><{kind}DistributionForBN>{inside}</{kind}DistributionForBN>"
        "</ContinuousDistribution>"
    )


def normal(mean: str | float, variance: str | float = 1.0) -> str:
    mean, variance = (
        item if isinstance(item, str) else constant(item) for item in (mean, variance)
    )
    return distribution("Normal", mean=mean, variance=variance)


def continuous(name: str, *items: str | tuple[Mapping[str, str], str], derived: str = "") -> str:
    """A ContinuousNode: one distribution, or one for each of several conditions."""
    inside = "".join(
        item
        if isinstance(item, str)
        else f"<ContinuousConditionalProbability>{_parents(item[0])}{item[1]}"
        "</ContinuousConditionalProbability>"
        for item in items
    )
    return f'<ContinuousNode name="{name}">{derived}{inside}</ContinuousNode>'


def model(
    fields: Mapping[str, str],
    target: str,
    nodes: Sequence[str],
    *,
    labels: Sequence[str] = (),
    hidden: Sequence[str] = (),
    more: str = "",
    before: str = "",
    function: str | None = None,
) -> bytes:
    """A document that predicts one of the fields; `labels` are those whose probability is asked
    for, `hidden` fields are not in the MiningSchema. There is an input, other, that is no node.
    """
    fields = {**fields, "other": "continuous double"}
    usage = {target: 'usageType="target"'}
    schema = "".join(
        f'<MiningField name="{name}" {usage.get(name, "")}/>'
        for name in fields
        if name not in hidden
    )
    outputs = "".join(
        f'<OutputField name="p({label})" optype="continuous" dataType="double" '
        f'feature="probability" value="{label}"/>'
        for label in labels
    )
    kind = function or ("classification" if labels else "regression")
    output = f"<Output>{outputs}</Output>" if labels else ""
    body = (
        f'<BayesianNetworkModel functionName="{kind}" {more}><MiningSchema>{schema}</MiningSchema>'
        f"{output}{before}<BayesianNetworkNodes>{''.join(nodes)}</BayesianNetworkNodes>"
        "</BayesianNetworkModel>"
    )
    return document(body, fields)

"""Small NaiveBayesModels as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.corpus.cells import document

__all__ = ["FIELDS", "counts", "gaussian", "model", "pairs", "poisson", "stats", "uniform"]

FIELDS = {
    "s": "categorical string",
    "x": "continuous double",
    "i": "continuous integer",
    "f": "continuous float",
    "b": "categorical boolean",
}

Counts = Mapping[str, float]


def counts(numbers: Counts) -> str:
    """TargetValueCounts."""
    items = "".join(
        f'<TargetValueCount value="{label}" count="{number}"/>' for label, number in numbers.items()
    )
    return f"<TargetValueCounts>{items}</TargetValueCounts>"


def pairs(field: str, table: Mapping[str, Counts], derived: str = "") -> str:
    """A discrete BayesInput: the counts of the categories, by value."""
    items = "".join(
        f'<PairCounts value="{value}">{counts(numbers)}</PairCounts>'
        for value, numbers in table.items()
    )
    return f'<BayesInput fieldName="{field}">{derived}{items}</BayesInput>'


def stats(field: str, distributions: Mapping[str, str]) -> str:
    """A continuous BayesInput: a distribution for each category."""
    items = "".join(
        f'<TargetValueStat value="{label}">{markup}</TargetValueStat>'
        for label, markup in distributions.items()
    )
    return (
        f'<BayesInput fieldName="{field}"><TargetValueStats>{items}</TargetValueStats></BayesInput>'
    )


def gaussian(mean: float, variance: float) -> str:
    return f'<GaussianDistribution mean="{mean}" variance="{variance}"/>'


def poisson(mean: float) -> str:
    return f'<PoissonDistribution mean="{mean}"/>'


def uniform(lower: float, upper: float) -> str:
    return f'<UniformDistribution lower="{lower}" upper="{upper}"/>'


def model(
    inputs: Sequence[str],
    prior: Counts,
    *,
    threshold: str = "0.001",
    target: str = "categorical string",
    schema: str = "",
    before: str = "",
    after: str = "",
    output: str = "y",
    function: str = "classification",
) -> bytes:
    """A document that predicts y, with the probability of each category as p(category).

    `schema` stands for the MiningFields of single inputs, `before` stands before the model, `after`
    behind its Output.
    """
    names = [name for name in FIELDS if f'name="{name}"' not in schema]
    fields = "".join(f'<MiningField name="{name}"/>' for name in names)
    outputs = "".join(
        f'<OutputField name="p({label})" optype="continuous" dataType="double" '
        f'feature="probability" value="{label}"/>'
        for label in prior
    )
    body = (
        f'{before}<NaiveBayesModel functionName="{function}" threshold="{threshold}">'
        f'<MiningSchema>{fields}{schema}<MiningField name="y" usageType="target"/></MiningSchema>'
        f"<Output>{outputs}</Output>{after}<BayesInputs>{''.join(inputs)}</BayesInputs>"
        f'<BayesOutput fieldName="{output}">{counts(prior)}</BayesOutput></NaiveBayesModel>'
    )
    return document(body, {**FIELDS, "y": target})

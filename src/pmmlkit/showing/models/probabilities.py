"""NaiveBayesModel, BayesianNetworkModel and BaselineModel: counts and distributions.

Specification: chapters Naive Bayes, Bayesian Network, and Baseline.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pmmlkit.showing.facts import Shape, Table, Value
from pmmlkit.showing.formula import Formula, Listing, Names, Part
from pmmlkit.showing.formulas import derived_formula
from pmmlkit.showing.models.reading import counted, facts, joined, plain

__all__ = ["baseline", "bayesian_network", "naive_bayes"]


def naive_bayes(model: Any, names: Names) -> Shape:
    """Describe a NaiveBayesModel by the counts of its classes and what it counts of its inputs."""
    inputs = getattr(model.bayes_inputs, "bayes_inputs", None) or ()
    counts = _counts(getattr(model.bayes_output, "target_value_counts", None))
    classes = list(counts)
    tables = [Table("classes", ("class", "count"), tuple(counts.items()))]
    pairs: list[tuple[Value, ...]] = []
    spreads: list[tuple[Value, ...]] = []
    for item in inputs:
        name = names.field(item.field_name)
        for pair in item.pair_counts or ():
            row = _counts(pair.target_value_counts)
            pairs.append((name, pair.value, *(row.get(label) for label in classes)))
        stats = getattr(item.target_value_stats, "target_value_stats", None) or ()
        spread = {stat.value: distribution(stat.distribution, names) for stat in stats}
        if spread:
            spreads.append((name, *(spread.get(label) for label in classes)))
    heads = [label or "?" for label in classes]
    if pairs:
        tables.append(Table("counts", ("field", "value", *heads), tuple(pairs)))
    if spreads:
        tables.append(Table("distributions", ("field", *heads), tuple(spreads)))
    return Shape(
        joined(
            f"naive Bayes, {counted(len(classes), 'class', 'classes')}",
            counted(len(inputs), "input"),
        ),
        facts(
            classes=len(classes),
            inputs=len(inputs),
            target=getattr(model.bayes_output, "field_name", None),
            threshold=model.threshold,
        ),
        tuple(tables),
    )


def _counts(holder: Any) -> dict[str | None, Value]:
    items = getattr(holder, "target_value_counts", None) or ()
    return {item.value: item.count for item in items}


_DISTRIBUTIONS = {
    "AnyDistribution": ("any", ("mean", "variance")),
    "GaussianDistribution": ("normal", ("mean", "variance")),
    "PoissonDistribution": ("poisson", ("mean",)),
    "UniformDistribution": ("uniform", ("lower", "upper")),
    "NormalDistributionForBN": ("normal", ("mean", "variance")),
    "LognormalDistributionForBN": ("lognormal", ("mean", "variance")),
    "TriangularDistributionForBN": ("triangular", ("lower", "mean", "upper")),
    "UniformDistributionForBN": ("uniform", ("lower", "upper")),
}


def distribution(element: Any, names: Names) -> Formula | None:
    """Return a distribution: ``normal(mean, variance)``, parameters that depend on other fields as
    formulas.
    """
    if element is None:
        return None
    name, parameters = _DISTRIBUTIONS.get(element.tag, (element.tag, ()))
    parts: list[Part] = [f"{name}("]
    for position, parameter in enumerate(parameters):
        value = getattr(element, parameter)
        parts.append(f"{', ' if position else ''}{parameter} ")
        if value is None or isinstance(value, int | float):
            parts.append(plain(value))
        else:
            parts += derived_formula(value, names).parts
    return Formula((*parts, ")"))


def bayesian_network(model: Any, names: Names) -> Shape:
    """Describe a BayesianNetworkModel by its nodes, the parents of each, and what they say."""
    nodes = getattr(model.bayesian_network_nodes, "nodes", None) or ()
    rows: list[tuple[Value, ...]] = []
    edges = 0
    for node in nodes:
        parents = _parents(node)
        edges += len(parents)
        rows.append(
            (
                names.field(node.name),
                "discrete" if node.tag == "DiscreteNode" else "continuous",
                names.fields(parents) or None,
                len(node.conditional_probabilities or ()) or None,
                _unconditional(node, names),
            )
        )
    tables = [Table("nodes", ("node", "kind", "parents", "cases", "distribution"), tuple(rows))]
    cases = tuple(_cases(nodes, names))
    if cases:
        tables.append(Table("conditional probabilities", ("node", "if", "distribution"), cases))
    return Shape(
        joined(
            f"Bayesian network, {counted(len(nodes), 'node')}",
            counted(edges, "edge"),
        ),
        facts(
            nodes=len(nodes),
            edges=edges,
            model_type=model.model_type,
            inference_method=model.inference_method,
        ),
        tuple(tables),
    )


def _parents(node: Any) -> tuple[str | None, ...]:
    return tuple(
        dict.fromkeys(
            item.parent
            for case in node.conditional_probabilities or ()
            for item in case.parent_values or ()
        )
    )


def _unconditional(holder: Any, names: Names) -> Formula | None:
    probabilities = getattr(holder, "value_probabilities", None) or ()
    if probabilities:
        items = tuple((f"{item.value} ", plain(item.probability)) for item in probabilities)
        return Formula((Listing(items),))
    spread = getattr(holder, "continuous_distributions", None) or ()
    return distribution(spread[0].distribution, names) if spread else None


def _cases(nodes: Iterable[Any], names: Names) -> Iterable[tuple[Value, ...]]:
    for node in nodes:
        for case in node.conditional_probabilities or ():
            condition: list[Part] = []
            for item in case.parent_values or ():
                condition += [
                    " and " if condition else "",
                    f"{names.field(item.parent)} = ",
                    names.literal(item.parent, item.value),
                ]
            yield names.field(node.name), Formula(tuple(condition)), _unconditional(case, names)


def baseline(model: Any, names: Names) -> Shape:
    """Describe a BaselineModel by its test and its two distributions."""
    test = model.test_distributions
    if test is None:
        return Shape("baseline without a test")
    base = getattr(test.baseline, "distribution", None)
    fields = getattr(test.baseline, "field_refs", None) or ()
    window = test.window_size
    return Shape(
        joined(f"baseline, {test.test_statistic} of {names.field(test.field)}"),
        facts(
            test=test.test_statistic,
            field=names.field(test.field),
            window=window or None,
            reset_value=test.reset_value if test.test_statistic == "CUSUM" else None,
            weight_field=test.weight_field,
            normalization=test.normalization_scheme,
            baseline=_expected(base, names),
            baseline_fields=names.fields(item.field for item in fields) or None,
            alternate=_expected(getattr(test.alternate, "distribution", None), names),
        ),
    )


def _expected(element: Any, names: Names) -> Value:
    if element is None or element.tag in _DISTRIBUTIONS:
        return distribution(element, names)
    cells = sum(item.tag == "FieldValueCount" for item in element.walk())
    return f"{element.tag} of {counted(cells, 'count')}"

"""The elements of BayesianNetworkModel. Specification: chapter Bayesian Network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pmmlkit.language import mistakes
from pmmlkit.language.extension import Extension
from pmmlkit.language.groups import EXPRESSION
from pmmlkit.language.mistakes import unsupported, wrong
from pmmlkit.language.models.model import Model
from pmmlkit.language.scope import Compiled
from pmmlkit.language.undeclared import undeclared
from pmmlkit.xml import content
from pmmlkit.xml.declaration import Element, attribute, child, children, enumeration
from pmmlkit.xml.lexical import NUMBER, PROBABILITY

if TYPE_CHECKING:
    from pmmlkit.language.derived_field import DerivedField
    from pmmlkit.language.models.prediction import Predictor
    from pmmlkit.language.models.target_field import TargetField
    from pmmlkit.language.scope import Scope

__all__ = [
    "BayesianNetworkModel",
    "BayesianNetworkNodes",
    "ContinuousConditionalProbability",
    "ContinuousDistribution",
    "ContinuousNode",
    "DiscreteConditionalProbability",
    "DiscreteNode",
    "Distribution",
    "LognormalDistributionForBN",
    "Lower",
    "Mean",
    "NormalDistributionForBN",
    "Parameter",
    "ParentValue",
    "TriangularDistributionForBN",
    "UniformDistributionForBN",
    "Upper",
    "ValueProbability",
    "Variance",
]


class Parameter(Element, abstract=True):
    """A parameter of a distribution: an expression over the parents."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    expression: Compiled = child(*EXPRESSION, required=True)

    def compiled(self) -> Compiled:
        """Return the expression.

        Raises UnsupportedError where it is an element that has no rule.
        """
        expression: Any = self.expression
        if isinstance(expression, Compiled):
            return expression
        tag = undeclared(self) if expression is None else expression.tag
        if tag is None:
            raise wrong(self, "has no expression", code=mistakes.MISSING_ELEMENT)
        raise unsupported(
            self, f"{tag} is not supported as an expression", code=mistakes.NOT_EVALUATED
        )


class Mean(Parameter, since="4.3"):
    """The mean."""


class Lower(Parameter, since="4.3"):
    """The lower bound."""


class Upper(Parameter, since="4.3"):
    """The upper bound."""


class Variance(Parameter, since="4.3"):
    """The variance."""


class Distribution(Element, abstract=True):
    """A distribution whose parameters are expressions."""

    def parameters(self) -> tuple[Parameter, ...]:
        """Return the parameters in the order of the schema."""
        return tuple(item for item in self.elements() if isinstance(item, Parameter))


class TriangularDistributionForBN(Distribution, since="4.3"):
    """The triangular distribution."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    mean: Mean = child("Mean", required=True)
    lower: Lower = child("Lower", required=True)
    upper: Upper = child("Upper", required=True)


class NormalDistributionForBN(Distribution, since="4.3"):
    """The normal distribution."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    mean: Mean = child("Mean", required=True)
    variance: Variance = child("Variance", required=True)


class LognormalDistributionForBN(Distribution, since="4.3"):
    """The lognormal distribution: mean and variance are those of the logarithm."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    mean: Mean = child("Mean", required=True)
    variance: Variance = child("Variance", required=True)


class UniformDistributionForBN(Distribution, since="4.3"):
    """The uniform distribution."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    lower: Lower = child("Lower", required=True)
    upper: Upper = child("Upper", required=True)


class ContinuousDistribution(Element, since="4.3"):
    """The distribution of a continuous node."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    distribution: Distribution = child(
        "TriangularDistributionForBN",
        "NormalDistributionForBN",
        "LognormalDistributionForBN",
        "UniformDistributionForBN",
        required=True,
    )


class ParentValue(Element, since="4.3"):
    """A value of a parent, under which probabilities hold."""

    parent: str = attribute(required=True)
    value: str = attribute(required=True)
    extensions: tuple[Extension, ...] = children("Extension", default=())


class ValueProbability(Element, since="4.3"):
    """The probability of a value of a discrete node."""

    value: str = attribute(required=True)
    probability: float = attribute(type=PROBABILITY, required=True)
    extensions: tuple[Extension, ...] = children("Extension", default=())


class DiscreteConditionalProbability(Element, since="4.3"):
    """The probabilities of a discrete node under values of its parents; `count` is information."""

    count: float | None = attribute(type=NUMBER, default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    parent_values: tuple[ParentValue, ...] = children("ParentValue", minimum=1)
    value_probabilities: tuple[ValueProbability, ...] = children("ValueProbability", minimum=1)


class ContinuousConditionalProbability(Element, since="4.3"):
    """The distribution of a continuous node under values of its parents."""

    count: float | None = attribute(type=NUMBER, default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    parent_values: tuple[ParentValue, ...] = children("ParentValue", default=())
    continuous_distributions: tuple[ContinuousDistribution, ...] = children(
        "ContinuousDistribution", minimum=1
    )


def _node(*parts: str) -> content.Particle:
    """Return the content of a node: the last parts in any order."""
    conditional, plain = parts
    return content.seq(
        content.repeat(content.child("Extension", into="extensions")),
        content.repeat(content.child("DerivedField", into="derived_fields")),
        content.repeat(
            content.choice(
                content.child(conditional, into="conditional_probabilities"),
                content.child(
                    plain,
                    into="value_probabilities"
                    if plain == "ValueProbability"
                    else "continuous_distributions",
                ),
            ),
            1,
        ),
    )


class DiscreteNode(
    Element, since="4.3", content=_node("DiscreteConditionalProbability", "ValueProbability")
):
    """A variable with some values; `count` is information."""

    name: str = attribute(required=True)
    count: float | None = attribute(type=NUMBER, default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    derived_fields: tuple[DerivedField, ...] = children("DerivedField", default=())
    conditional_probabilities: tuple[DiscreteConditionalProbability, ...] = children(
        "DiscreteConditionalProbability", default=()
    )
    value_probabilities: tuple[ValueProbability, ...] = children("ValueProbability", default=())


class ContinuousNode(
    Element,
    since="4.3",
    content=_node("ContinuousConditionalProbability", "ContinuousDistribution"),
):
    """A variable that is a number; `count` is information."""

    name: str = attribute(required=True)
    count: float | None = attribute(type=NUMBER, default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    derived_fields: tuple[DerivedField, ...] = children("DerivedField", default=())
    conditional_probabilities: tuple[ContinuousConditionalProbability, ...] = children(
        "ContinuousConditionalProbability", default=()
    )
    continuous_distributions: tuple[ContinuousDistribution, ...] = children(
        "ContinuousDistribution", default=()
    )


class BayesianNetworkNodes(
    Element,
    since="4.3",
    content=content.seq(
        content.repeat(content.child("Extension", into="extensions")),
        content.repeat(content.child("DiscreteNode", "ContinuousNode", into="nodes"), 1),
    ),
):
    """The nodes of the network."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    nodes: tuple[DiscreteNode | ContinuousNode, ...] = children(
        "DiscreteNode", "ContinuousNode", minimum=1
    )


class BayesianNetworkModel(Model, since="4.3"):
    """The distribution of a node, given what is known of the others.

    `model_type` tells how the network is built and `inference_method` how its producer would
    compute with it: inference is exact whatever they say.
    """

    model_type: str = attribute(
        informative=True,
        default="General",
        values=enumeration("General", "TAN", "Markov-blanket"),
        since="4.4",
    )
    inference_method: str = attribute(
        informative=True, default="Other", values=enumeration("Other", "MCMC", "Exact"), since="4.4"
    )
    bayesian_network_nodes: BayesianNetworkNodes = child("BayesianNetworkNodes", required=True)

    def build(self, scope: Scope, target: TargetField | None) -> Predictor:
        """Compile the nodes."""
        from pmmlkit.language.models.bayesian_network.predictor import compile_network

        return compile_network(self, scope, target)

"""Results that PMML4S does not give."""

from __future__ import annotations

from typing import Final

from pmmlkit.language.models.mining import MiningModel
from pmmlkit.language.models.nearest_neighbor.declaration import NearestNeighborModel
from pmmlkit.language.models.neural_network import NeuralNetwork
from pmmlkit.language.models.regression import RegressionModel
from pmmlkit.language.models.tree import TreeModel
from pmmlkit.language.output import OutputField
from pmmlkit.validation.portability import samples
from pmmlkit.validation.portability.jpmml_fields import RULES_OF_ITEMS, of_model
from pmmlkit.validation.portability.markup import Markup, markup_rule
from pmmlkit.validation.rules.facts import Facts

__all__ = ["RULES"]

_DATE: Final = '<Constant dataType="date">2020-02-29</Constant>'


def _is_of_selection(item: OutputField, facts: Facts) -> bool:
    model = facts.models(item)[0] if facts.models(item) else None
    return (
        isinstance(model, MiningModel)
        and model.segmentation is not None
        and model.segmentation.multiple_model_method in ("selectFirst", "selectAll")
    )


def _has_no_texts(item: OutputField, facts: Facts) -> bool:
    """Tell whether a display value is asked of a model whose Targets give none."""
    models = facts.models(item)
    if not models or not isinstance(models[0], RegressionModel | TreeModel | NeuralNetwork):
        return False
    targets = models[0].targets
    return targets is None or not any(
        value.display_value is not None
        for target in targets.targets
        for value in target.target_values
    )


RULES: Final = (
    markup_rule(
        "PMML571",
        "warning",
        "PMML4S does not give the uncertainty of a result",
        "OutputFields with standardDeviation or a limit of a confidence interval fail each row; "
        "standardError is missing.",
        Markup(
            OutputField,
            "feature",
            values=(
                "standardError",
                "standardDeviation",
                "confidenceIntervalLower",
                "confidenceIntervalUpper",
            ),
        ),
        bad=samples.line(samples.number("standardDeviation")),
        good=samples.line(samples.number("predictedValue")),
    ),
    markup_rule(
        "PMML572",
        "warning",
        "PMML4S does not have the feature ruleValue",
        "A ruleValue fails each row. Write the feature that its ruleFeature names.",
        Markup(OutputField, "feature", values=("ruleValue",)),
        bad=RULES_OF_ITEMS.format("ruleValue").replace(
            'algorithm="rec', 'ruleFeature="confidence" algorithm="rec'
        ),
        good=samples.line(samples.number("predictedValue")),
    ),
    markup_rule(
        "PMML573",
        "warning",
        "PMML4S leaves the Output of a selection aside",
        "The OutputFields of a MiningModel with selectFirst or selectAll are missing. State them "
        "in the models of the segments.",
        Markup(OutputField, when=_is_of_selection),
        bad=samples.mining("selectFirst", samples.line(), more=samples.number("predictedValue")),
        good=samples.mining("average", samples.line(), more=samples.number("predictedValue")),
    ),
    markup_rule(
        "PMML574",
        "warning",
        "PMML4S does not give the entityId of a network",
        "The entityId of a NeuralNetwork is missing.",
        Markup(
            OutputField,
            "feature",
            values=("entityId",),
            when=lambda item, facts: of_model(item, facts, NeuralNetwork),
        ),
        bad=samples.network(more=samples.label("entityId")),
        good=samples.network(more=samples.number("predictedValue")),
    ),
    markup_rule(
        "PMML575",
        "warning",
        "PMML4S does not give the probability of neighbours",
        "The probability of a NearestNeighborModel is missing.",
        Markup(
            OutputField,
            "feature",
            values=("probability",),
            when=lambda item, facts: of_model(item, facts, NearestNeighborModel),
        ),
        bad=samples.neighbors("", "k", samples.number("probability", ' value="yes"')),
        good=samples.neighbors("", "k", samples.label("entityId")),
    ),
    markup_rule(
        "PMML576",
        "warning",
        "PMML4S has no display value but that of a TargetValue",
        "predictedDisplayValue is missing where the Targets give no displayValue; the "
        "specification then takes the predicted value.",
        Markup(OutputField, "feature", values=("predictedDisplayValue",), when=_has_no_texts),
        bad=samples.logistic(more=samples.label("predictedDisplayValue")),
        good=samples.logistic(more=samples.label("predictedValue")),
    ),
    markup_rule(
        "PMML577",
        "warning",
        "PMML4S does not give dates and times",
        "An OutputField of dataType date, time or dateTime is missing.",
        Markup(OutputField, "data_type", values=("date", "time", "dateTime")),
        bad=samples.line(samples.output("transformedValue", "", "date", _DATE)),
        good=samples.line(samples.number("predictedValue")),
    ),
)

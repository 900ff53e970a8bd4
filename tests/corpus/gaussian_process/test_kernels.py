"""GaussianProcessModel: each kernel with each of its attributes.

With one instance (x, y) = (point, 2) the rule is ``mean = k / (gamma + noise) * 2`` and
``variance = gamma + noise - k^2 / (gamma + noise)``, where k is the kernel of row and instance.
"""

from __future__ import annotations

import math

import pytest

from tests.corpus.cells import check, document

FIELDS = {
    "a": "continuous double",
    "b": "continuous double",
    "y": "continuous double",
}


def model(
    kernel: str,
    rows: str = "<row><a>0</a><b>0</b><y>2</y></row>",
    *,
    before: str = "",
    fields: str = '<InstanceField field="a"/><InstanceField field="b"/><InstanceField field="y"/>',
    transformed: str = "",
) -> bytes:
    outputs = "".join(
        f'<OutputField name="{name}" optype="continuous" dataType="double" feature="{feature}"'
        f"{more}/>"
        for name, feature, more in (
            ("error", "standardError", ""),
            ("deviation", "standardDeviation", ""),
            ("low", "confidenceIntervalLower", ""),
            ("high", "confidenceIntervalUpper", ""),
            ("high50", "confidenceIntervalUpper", ' value="50"'),
        )
    )
    return document(
        '<GaussianProcessModel functionName="regression"><MiningSchema><MiningField name="a"/>'
        '<MiningField name="b"/><MiningField name="y" usageType="target"/></MiningSchema>'
        f"<Output>{outputs}</Output>{before}{kernel}<TrainingInstances{transformed}>"
        f"<InstanceFields>{fields}</InstanceFields><InlineTable>{rows}</InlineTable>"
        "</TrainingInstances></GaussianProcessModel>",
        FIELDS,
    )


def lambdas(*values: float) -> str:
    text = " ".join(map(str, values))
    return f'<Lambda><Array type="real" n="{len(values)}">{text}</Array></Lambda>'


CELLS = [
    # The defaults are 1: k = exp(-(9 + 16) / 2).
    ("<RadialBasisKernel/>", 1.0, 1.0, math.exp(-12.5)),
    ('<RadialBasisKernel lambda="5"/>', 1.0, 1.0, math.exp(-0.5)),
    ('<RadialBasisKernel lambda="5" gamma="3"/>', 3.0, 1.0, 3 * math.exp(-0.5)),
    ('<RadialBasisKernel lambda="5" noiseVariance="0.25"/>', 1.0, 0.25, math.exp(-0.5)),
    ('<RadialBasisKernel lambda="5" noiseVariance="0"/>', 1.0, 0.0, math.exp(-0.5)),
    ('<RadialBasisKernel description="any" lambda="10"/>', 1.0, 1.0, math.exp(-0.125)),
    # ARD: one length a feature, exp(-((3 / 3)^2 + (4 / 8)^2) / 2).
    ("<ARDSquaredExponentialKernel/>", 1.0, 1.0, math.exp(-12.5)),
    (
        f"<ARDSquaredExponentialKernel>{lambdas(3, 8)}</ARDSquaredExponentialKernel>",
        1.0, 1.0, math.exp(-0.625),
    ),
    (
        f"<ARDSquaredExponentialKernel>{lambdas(3)}{lambdas(8)}</ARDSquaredExponentialKernel>",
        1.0, 1.0, math.exp(-0.625),
    ),
    (
        f"<ARDSquaredExponentialKernel>{lambdas(5)}</ARDSquaredExponentialKernel>",
        1.0, 1.0, math.exp(-0.5),
    ),
    (
        '<ARDSquaredExponentialKernel gamma="2" noiseVariance="0.5">'
        f"{lambdas(3, 8)}</ARDSquaredExponentialKernel>",
        2.0, 0.5, 2 * math.exp(-0.625),
    ),
    # Absolute: exp(-(3 / 3 + 4 / 8)).
    ("<AbsoluteExponentialKernel/>", 1.0, 1.0, math.exp(-7)),
    (
        f"<AbsoluteExponentialKernel>{lambdas(3, 8)}</AbsoluteExponentialKernel>",
        1.0, 1.0, math.exp(-1.5),
    ),
    (
        '<AbsoluteExponentialKernel gamma="2" noiseVariance="0.1">'
        f"{lambdas(3, 8)}</AbsoluteExponentialKernel>",
        2.0, 0.1, 2 * math.exp(-1.5),
    ),
    # Generalized: exp(-((3 / 3)^degree + (4 / 8)^degree)); the degree is 1 by default.
    (
        f"<GeneralizedExponentialKernel>{lambdas(3, 8)}</GeneralizedExponentialKernel>",
        1.0, 1.0, math.exp(-1.5),
    ),
    (
        f'<GeneralizedExponentialKernel degree="2">{lambdas(3, 8)}</GeneralizedExponentialKernel>',
        1.0, 1.0, math.exp(-1.25),
    ),
    (
        '<GeneralizedExponentialKernel degree="1.5" gamma="4" noiseVariance="0.3">'
        f"{lambdas(3, 8)}</GeneralizedExponentialKernel>",
        4.0, 0.3, 4 * math.exp(-1 - 0.5**1.5),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("kernel", "gamma", "noise", "covariance"), CELLS)
def test_one_instance(kernel: str, gamma: float, noise: float, covariance: float) -> None:
    whole = gamma + noise
    mean = covariance / whole * 2
    deviation = math.sqrt(whole - covariance**2 / whole)
    rows: list[dict[str, float | None]] = [
        {"a": 3.0, "b": 4.0},
        {"a": -3.0, "b": -4.0},
        {"a": None, "b": 4.0},
    ]
    check(
        model(kernel),
        rows,
        {
            "y": [mean, mean, None],
            "error": [deviation, deviation, None],
            "deviation": [deviation, deviation, None],
            "low": [mean - 1.9599639845400536 * deviation] * 2 + [None],
            "high": [mean + 1.9599639845400536 * deviation] * 2 + [None],
            "high50": [mean + 0.6744897501960817 * deviation] * 2 + [None],
        },
    )


def test_two_instances() -> None:
    # K + s I = [[1.5, e], [e, 1.5]] with e = exp(-1/2); its inverse is [[1.5, -e], [-e, 1.5]] / d.
    e, far = math.exp(-0.5), math.exp(-2)
    d = 2.25 - e * e
    left, right = (1.5 * 1 - e * 3) / d, (-e * 1 + 1.5 * 3) / d
    check(
        model(
            '<RadialBasisKernel noiseVariance="0.5"/>',
            "<row><a>0</a><b>0</b><y>1</y></row><row><a>1</a><b>0</b><y>3</y></row>",
        ),
        [{"a": 2.0, "b": 0.0}],
        {
            "y": [far * left + e * right],
            "error": [math.sqrt(1.5 - (far * (1.5 * far - e * e) + e * (-e * far + 1.5 * e)) / d)],
        },
    )


def test_the_column_of_a_field_is_named() -> None:
    fields = (
        '<InstanceField field="b" column="second"/><InstanceField field="y" column="data:out"/>'
        '<InstanceField field="a"/>'
    )
    rows = "<row><a>0</a><second>0</second><out>2</out></row>"
    # The lambdas are in the order of the InstanceFields: 8 is that of b.
    kernel = f"<ARDSquaredExponentialKernel>{lambdas(8, 3)}</ARDSquaredExponentialKernel>"
    check(model(kernel, rows, fields=fields), [{"a": 3.0, "b": 4.0}], {"y": [math.exp(-0.625)]})


def test_targets_change_the_mean_and_its_units() -> None:
    targets = '<Targets><Target field="y" rescaleFactor="-10" rescaleConstant="3"/></Targets>'
    mean, deviation = math.exp(-0.5), math.sqrt(2 - math.exp(-1) / 2)
    check(
        model('<RadialBasisKernel lambda="5"/>', before=targets),
        [{"a": 3.0, "b": 4.0}],
        {
            "y": [3 - 10 * mean],
            "error": [10 * deviation],
            "low": [3 - 10 * mean - 19.599639845400536 * deviation],
        },
    )


@pytest.mark.parametrize("transformed", ["", ' isTransformed="true"', ' isTransformed="false"'])
def test_a_derived_feature(transformed: str) -> None:
    before = (
        '<LocalTransformations><DerivedField name="half" optype="continuous" dataType="double">'
        '<Apply function="/"><FieldRef field="a"/><Constant>2</Constant></Apply></DerivedField>'
        "</LocalTransformations>"
    )
    fields = '<InstanceField field="half"/><InstanceField field="y"/>'
    rows = "<row><half>1</half><y>2</y></row>"
    check(
        model("<RadialBasisKernel/>", rows, before=before, fields=fields, transformed=transformed),
        [{"a": 6.0, "b": 0.0}],
        {"y": [math.exp(-2)]},
    )

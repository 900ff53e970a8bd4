"""What `predict` returns of models that predict several fields."""

from __future__ import annotations

import numpy as np
import pytest

import pmmlkit

SEGMENT = """<Segment id="{id}"><True/><RegressionModel functionName="regression">
<MiningSchema><MiningField name="x"/>{target}</MiningSchema>
<RegressionTable intercept="{id}"><NumericPredictor name="x" coefficient="2"/></RegressionTable>
</RegressionModel></Segment>"""
PREDICTED = (
    '<OutputField name="{0}" optype="continuous" dataType="{1}" feature="predictedValue" '
    'segmentId="{2}"{3}/>'
)


def chain(outputs: str, *, method: str = "modelChain", targets: tuple[str, ...] = ()) -> bytes:
    """Make a chain of three models, that has no target but these."""
    names = "".join(f'<MiningField name="{name}" usageType="target"/>' for name in targets)
    fields = "".join(
        f'<DataField name="{name}" optype="continuous" dataType="double"/>'
        for name in ("x", *targets)
    )
    own = [f'<MiningField name="{name}" usageType="target"/>' for name in targets] or [""] * 3
    segments = "".join(
        SEGMENT.format(id=number, target=target) for number, target in enumerate(own, 1)
    )
    return f"""<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/>
<DataDictionary>{fields}</DataDictionary><MiningModel functionName="regression">
<MiningSchema><MiningField name="x"/>{names}</MiningSchema>
<Output>{outputs}</Output><Segmentation multipleModelMethod="{method}">{segments}</Segmentation>
</MiningModel></PMML>""".encode()


HIDDEN = PREDICTED.format("hidden", "double", 2, ' isFinalResult="false"')
TWO_PREDICTED = PREDICTED.format("b", "double", 3, "") + PREDICTED.format("a", "double", 1, "")


def test_predict_several_outputs() -> None:
    """PMML has no model of several targets: a chain without one has an OutputField for each."""
    model = pmmlkit.load(chain(HIDDEN + TWO_PREDICTED))
    predicted = model.predict({"x": [1.0, 10.0, None]})
    assert predicted.dtype == np.float64
    np.testing.assert_array_equal(predicted, [[5.0, 3.0], [23.0, 21.0], [np.nan, np.nan]])
    assert model.predict({"x": []}).shape == (0, 2)
    assert model.predict({"x": 1.0}).tolist() == [[5.0, 3.0]]
    assert model.evaluate({"x": 1.0}) == {"_target": 5.0, "hidden": 4.0, "b": 5.0, "a": 3.0}
    for ask in (lambda: model.classes_, lambda: model.predict_proba({"x": [1.0]})):
        with pytest.raises(pmmlkit.DataError, match="predicts several fields"):
            ask()


def test_predict_several_outputs_of_different_types() -> None:
    text = (
        '<OutputField name="name" optype="categorical" dataType="string" feature="predictedValue" '
        'segmentId="2"/>'
    )
    model = pmmlkit.load(chain(PREDICTED.format("a", "double", 1, "") + text))
    predicted = model.predict({"x": [1.0, 2.0]})
    assert predicted.dtype == object
    assert predicted.tolist() == [[3.0, "4.0"], [5.0, "6.0"]]


@pytest.mark.parametrize(
    "outputs",
    [
        PREDICTED.format("b", "double", 1, ""),
        PREDICTED.format("b", "double", 1, "") + HIDDEN,
        PREDICTED.format("b", "double", 1, "")
        + '<OutputField name="made" optype="continuous" dataType="double"><FieldRef field="x"/>'
        "</OutputField>",
    ],
    ids=["one", "hidden", "made"],
)
def test_one_output_is_not_several(outputs: str) -> None:
    model = pmmlkit.load(chain(outputs))
    assert model.predict({"x": [1.0, 10.0]}).tolist() == [5.0, 23.0]


def test_predict_of_a_model_with_a_target_is_the_target() -> None:
    text = chain(TWO_PREDICTED).replace(
        b'<MiningField name="x"/></MiningSchema>\n<Output>',
        b'<MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema><Output>',
    )
    text = text.replace(
        b"</DataDictionary>",
        b'<DataField name="y" optype="continuous" dataType="double"/></DataDictionary>',
    )
    model = pmmlkit.load(text)
    assert [field.name for field in model.targets] == ["y"]
    assert model.predict({"x": [1.0, 10.0]}).tolist() == [5.0, 23.0]


def test_predict_of_a_multi_model_chain_is_its_targets() -> None:
    model = pmmlkit.load(
        chain("", method="x-multiModelChain", targets=("y", "z")).replace(b"<Output></Output>", b"")
    )
    assert [field.name for field in model.targets] == ["y", "z"]
    assert model.predict({"x": [1.0, 10.0]}).tolist() == [[3.0, 4.0], [21.0, 22.0]]

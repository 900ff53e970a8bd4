"""Scope through whole documents: what is visible where, what is computed once, what is never
computed.
"""

from __future__ import annotations

from typing import Any

import pytest

import pmmlkit
from pmmlkit.language.frame import Frame
from pmmlkit.program import Program

FIELDS = """
    <DataField name="x" optype="continuous" dataType="double"/>
    <DataField name="y" optype="continuous" dataType="double"/>
"""


def regression(field: str, output: str = "", local: str = "", schema: str = "") -> str:
    return f"""
      <RegressionModel functionName="regression">
        <MiningSchema>
          <MiningField name="x" {schema}/><MiningField name="y" usageType="target"/>
        </MiningSchema>
        {output}
        {local}
        <RegressionTable intercept="0"><NumericPredictor name="{field}" coefficient="1"/>
        </RegressionTable>
      </RegressionModel>"""


def derived(name: str, expression: str) -> str:
    head = f'<DerivedField name="{name}" optype="continuous" dataType="double">'
    return f"{head}{expression}</DerivedField>"


def add(field: str, number: float) -> str:
    return (
        f'<Apply function="+"><FieldRef field="{field}"/>'
        f'<Constant dataType="double">{number}</Constant></Apply>'
    )


def document(model: str, transformations: str = "") -> bytes:
    return f"""<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/>
    <DataDictionary>{FIELDS}</DataDictionary>
    <TransformationDictionary>{transformations}</TransformationDictionary>
    {model}</PMML>""".encode()


def ensemble(*models: str, method: str = "sum", local: str = "") -> str:
    segments = "".join(f"<Segment><True/>{model}</Segment>" for model in models)
    return f"""
      <MiningModel functionName="regression">
        <MiningSchema>
          <MiningField name="x"/><MiningField name="y" usageType="target"/>
        </MiningSchema>
        {local}
        <Segmentation multipleModelMethod="{method}">{segments}</Segmentation>
      </MiningModel>"""


def steps_of(monkeypatch: pytest.MonkeyPatch, source: bytes) -> list[str]:
    """Return the names of the fields that one run computes, in order."""
    names: list[str] = []
    run = Frame.columns

    def watched(self: Frame, batch: Any) -> None:
        names.extend(field.name for field, _ in self.steps)
        run(self, batch)

    monkeypatch.setattr(Frame, "columns", watched)
    program = Program(pmmlkit.Document.read(source))
    program.run(2, {"x": [1.0, 2.0]}.get)
    return names


def value(source: bytes, x: float = 1.0) -> Any:
    model = pmmlkit.load(source)
    (column,) = model.evaluate({"x": [x]}).values()
    assert model.evaluate({"x": x})["y"] == column[0]
    return column[0]


def test_a_field_that_nothing_uses_is_never_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    fields = derived("used", add("x", 1)) + derived("unused", add("used", 1))
    assert steps_of(monkeypatch, document(regression("used"), fields)) == ["used"]


def test_an_error_in_an_unused_field_does_no_harm() -> None:
    broken = derived("broken", '<FieldRef field="nowhere"/>')
    assert value(document(regression("x"), broken)) == 1.0


def test_models_that_see_the_same_inputs_share_a_step(monkeypatch: pytest.MonkeyPatch) -> None:
    models = [regression("shared") for _ in range(3)]
    source = document(ensemble(*models), derived("shared", add("x", 1)))
    assert steps_of(monkeypatch, source) == ["shared"]
    assert value(source) == 6.0


def test_one_global_field_can_differ_between_models() -> None:
    treated = 'outliers="asExtremeValues" highValue="0.5"'
    source = document(
        ensemble(regression("shared"), regression("shared", schema=treated)),
        derived("shared", add("x", 1)),
    )
    assert value(source) == 2.0 + 1.5


def test_the_innermost_definition_wins() -> None:
    local = f"<LocalTransformations>{derived('d', add('x', 10))}</LocalTransformations>"
    source = document(regression("d", local=local), derived("d", add("x", 1)))
    assert value(source) == 11.0


def test_a_segment_sees_derived_fields_of_the_model_around_it() -> None:
    local = f"<LocalTransformations>{derived('d', add('x', 10))}</LocalTransformations>"
    inner = regression("d").replace("<MiningField", '<MiningField name="d"/><MiningField', 1)
    assert value(document(ensemble(inner, local=local))) == 11.0


def test_an_output_of_a_segment_is_a_field_of_later_ones() -> None:
    output = '<Output><OutputField name="first" optype="continuous" dataType="double"/></Output>'
    later = regression("first").replace(
        "<MiningField", '<MiningField name="first"/><MiningField', 1
    )
    source = document(ensemble(regression("x", output), later, method="modelChain"))
    assert pmmlkit.load(source).evaluate({"x": 3.0})["y"] == 3.0


def test_an_output_may_use_a_field_that_only_it_needs() -> None:
    expression = add("d", 100)
    output = (
        '<Output><OutputField name="o" optype="continuous" dataType="double" '
        f'feature="transformedValue">{expression}</OutputField></Output>'
    )
    source = document(regression("x", output), derived("d", add("x", 1)))
    assert pmmlkit.load(source).evaluate({"x": 1.0}) == {"y": 1.0, "o": 102.0}


@pytest.mark.parametrize("length", [1_000, 1_001])
def test_long_chains_of_derived_fields(length: int) -> None:
    fields = derived("d0", add("x", 1)) + "".join(
        derived(f"d{at}", add(f"d{at - 1}", 1)) for at in range(1, length)
    )
    source = document(regression(f"d{length - 1}"), fields)
    if length == 1_000:
        assert value(source) == 1.0 + length
    else:
        with pytest.raises(pmmlkit.LimitError, match="derived_field_chain = 1000"):
            pmmlkit.load(source)


def test_using_a_field_twice_again_and_again_costs_no_more() -> None:
    twice = '<Apply function="+"><FieldRef field="{0}"/><FieldRef field="{0}"/></Apply>'
    fields = derived("d0", twice.format("x")) + "".join(
        derived(f"d{at}", twice.format(f"d{at - 1}")) for at in range(1, 40)
    )
    assert value(document(regression("d39"), fields)) == 2.0**40


def test_deep_expressions_need_little_stack() -> None:
    deep = '<FieldRef field="x"/>'
    for _ in range(198):
        deep = f'<Apply function="+">{deep}<Constant dataType="double">1</Constant></Apply>'
    assert value(document(regression("d"), derived("d", deep))) == 199.0
    deeper = f'<Apply function="abs"><Apply function="abs">{deep}</Apply></Apply>'
    with pytest.raises(pmmlkit.LimitError, match="apply_depth = 200"):
        pmmlkit.load(document(regression("d"), derived("d", deeper)))

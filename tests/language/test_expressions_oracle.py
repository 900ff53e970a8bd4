"""Where the specification is silent, expressions follow JPMML-Evaluator: asked here."""

from __future__ import annotations

from typing import Any

import pytest

from pmmlkit.columns.types import DATA_TYPES, DOUBLE, FLOAT, INTEGER, STRING
from pmmlkit.language.cast import cast_step
from pmmlkit.language.document import Document
from pmmlkit.language.scope import Compiled
from pmmlkit.parity.oracles import Oracle
from tests.language.rows import make_scope, run

DOCUMENT = """<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/>
<DataDictionary>
    <DataField name="x" optype="continuous" dataType="double"/>
    <DataField name="f" optype="continuous" dataType="float"/>
    <DataField name="i" optype="continuous" dataType="integer"/>
    <DataField name="s" optype="categorical" dataType="string"/>
</DataDictionary>
<TransformationDictionary>
    <DerivedField name="d" optype="categorical" dataType="{type}">{expression}</DerivedField>
</TransformationDictionary>
<RegressionModel functionName="regression">
    <MiningSchema>
        <MiningField name="x"/><MiningField name="f"/><MiningField name="i"/><MiningField name="s"/>
    </MiningSchema>
    <Output>
        <OutputField name="o" feature="transformedValue" dataType="{type}" optype="categorical">
            <FieldRef field="d"/>
        </OutputField>
    </Output>
    <RegressionTable intercept="0"/>
</RegressionModel></PMML>"""

DATA: dict[str, list[Any]] = {
    "x": [0.0, 1.0, 1.5, 2.0, 3.0, -7.25, None],
    "f": [0.30000001192092896, 0.25, 0.5, 1.0, -1.0, 3.0, None],
    "i": [1, 2, 3, -1, 0, 7, None],
    "s": ["1", "1.0", "", "b", "a b", "3", None],
}


def bins(field: str, *texts: str, **attributes: str) -> str:
    inner = "".join(
        f'<DiscretizeBin binValue="{place}"><Interval {text}/></DiscretizeBin>'
        for place, text in enumerate(texts)
    )
    more = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f'<Discretize field="{field}"{more}>{inner}</Discretize>'


def norms(outliers: str, more: str = "") -> str:
    points = ((0.1, 0.7), (1.0, 0.1), (2.0, 3.3))
    inner = "".join(f'<LinearNorm orig="{orig}" norm="{norm}"/>' for orig, norm in points)
    return f'<NormContinuous field="x" outliers="{outliers}" {more}>{inner}</NormContinuous>'


LEFT, RIGHT = 'closure="closedClosed" leftMargin', 'closure="openOpen" rightMargin'
TABLE = (
    "<InlineTable><row><k>1</k><o>p</o></row><row><k>2</k><o>q</o></row>"
    "<row><k>b</k><o>r</o></row></InlineTable>"
)

CASES = [
    ("string", bins("x", f'{LEFT}="0" rightMargin="2"', f'{LEFT}="1" rightMargin="3"')),
    ("string", bins("x", f'{LEFT}="0" rightMargin="1"', f'{LEFT}="1" rightMargin="3"')),
    ("string", bins("f", 'closure="openClosed" rightMargin="0.3"', f'{RIGHT}="-0.5"')),
    ("string", bins("i", f'{RIGHT}="1.5"', defaultValue="rest", mapMissingTo="none")),
    ("double", norms("asIs")),
    ("double", norms("asExtremeValues", 'mapMissingTo="0.5"')),
    ("double", norms("asMissingValues")),
    ("double", '<NormDiscrete field="s" value="1"/>'),
    ("double", '<NormDiscrete field="i" value="1" mapMissingTo="0.25"/>'),
    ("string", '<FieldRef field="s" mapMissingTo="none"/>'),
    (
        "string",
        '<MapValues outputColumn="o" defaultValue="d" mapMissingTo="m">'
        f'<FieldColumnPair field="s" column="k"/>{TABLE}</MapValues>',
    ),
    ("string", "<Constant> 5 </Constant>"),
    ("double", "<Constant>5</Constant>"),
]


@pytest.mark.parametrize(("type", "expression"), CASES)
def test_expressions_agree_with_jpmml(type: str, expression: str, jpmml: Oracle) -> None:
    text = DOCUMENT.format(type=type, expression=expression).encode()
    dictionary = Document.read(text).root.transformation_dictionary
    assert dictionary is not None
    element = dictionary.derived_fields[0].expression
    assert isinstance(element, Compiled)
    answer = jpmml.evaluate(text, DATA)
    assert not answer.errors
    scope = make_scope(x=DOUBLE, f=FLOAT, i=INTEGER, s=STRING)
    step = cast_step(scope.compile(element), DATA_TYPES[type])
    found = run(scope, step, DATA)
    assert found == answer.columns["o"]

"""What is wrong with the text of a document: what the reader and the schema say, by code."""

from __future__ import annotations

from typing import Final

from pmmlkit.validation.rules.rule import Explanation, explained

__all__ = ["EXPLANATIONS"]

_WHOLE: Final = """
<PMML xmlns="http://www.dmg.org/PMML-4_4" version="{}">
  <Header{}/>
  <DataDictionary>
    <DataField name="y" optype="continuous" dataType="double"/>
  </DataDictionary>
  <RegressionModel functionName="regression">
    <MiningSchema><MiningField name="y" usageType="{}"/></MiningSchema>
    <RegressionTable intercept="1"/>
  </RegressionModel>
</PMML>
"""

_OLD: Final = """
<PMML version="{}">
  <Header copyright="example.com"/>
  <DataDictionary>
    <DataField name="y" optype="continuous" dataType="double"/>
  </DataDictionary>
  <RegressionModel functionName="regression">
    <MiningSchema><MiningField name="y" usageType="predicted"/></MiningSchema>
    <RegressionTable intercept="1"/>
  </RegressionModel>
</PMML>
"""

_SERIES: Final = """
<TimeSeriesModel functionName="timeSeries" bestFit="ARIMA">
  <MiningSchema>
    <MiningField name="y" usageType="target"/>
    <MiningField name="n" usageType="supplementary"/>
  </MiningSchema>
  <TimeSeries usage="original" interpolationMethod="linear">
    <TimeValue index="1" value="10"/>
    <TimeValue index="2" value="11"/>
    <TimeValue index="{}" value="13"/>
  </TimeSeries>
  <ARIMA predictionMethod="conditionalLeastSquares">
    <NonseasonalComponent p="1" d="0" q="0">
      <AR><Array n="1" type="real">0.5</Array></AR>
    </NonseasonalComponent>
  </ARIMA>
</TimeSeriesModel>
"""

_MODEL: Final = """
<RegressionModel functionName="regression" modelType="{}">
  <MiningSchema><MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema>
  {}
</RegressionModel>
"""

_TABLE: Final = '<RegressionTable intercept="1">{}</RegressionTable>'
_NUMERIC: Final = '<NumericPredictor name="x" coefficient="2"/>'
_CATEGORICAL: Final = '<CategoricalPredictor name="s" value="a" coefficient="3"/>'

_PREDICATES: Final = """
<Node score="no"><True/>
  <Node score="yes">{}</Node>
</Node>
"""
_LOW: Final = '<SimplePredicate field="x" operator="{}" value="1"/>'

EXPLANATIONS: Final[tuple[Explanation, ...]] = (
    explained(
        "PMML001",
        "error",
        "The text is not well-formed XML",
        "Tags that do not match, a quote or a text that ends too early, a character that the "
        "stated encoding does not have, or a DOCTYPE, which a PMML document must not have. Often "
        "the file was cut off or sent as something else.",
        bad='<Node score="yes"><True></Node>',
        good='<Node score="yes"><True/></Node>',
    ),
    explained(
        "PMML002",
        "error",
        "The root element is not PMML",
        "A document of PMML starts with the element PMML in a namespace of PMML "
        "(http://www.dmg.org/PMML-4_4). A model that is cut out of a document needs that around "
        "it.",
        bad='<?xml version="1.0"?>\n<RegressionModel functionName="regression"/>',
        good=_WHOLE.format("4.4", "", "target"),
    ),
    explained(
        "PMML003",
        "error",
        "The version of PMML is not known",
        "The attribute version of the root says which version of PMML the document is of: 3.0 to "
        "4.4.1 are known. The namespace says it too.",
        bad=_WHOLE.format("5.0", "", "target"),
        good=_WHOLE.format("4.4", "", "target"),
    ),
    explained(
        "PMML004",
        "error",
        "The document goes beyond a limit of pmmlkit",
        "Bounds on size, depth and work protect from documents made to exhaust a machine. The "
        "message names the bound of pmmlkit.Limits; where the document is to be trusted, a higher "
        "one can be given.",
        bad=_SERIES.format(999999999),
        good=_SERIES.format(4),
    ),
    explained(
        "PMML005",
        "info",
        "The schema of the version is not published any more",
        "The schemas of PMML 3.0 to 4.0 cannot be had. The document is held against that of 4.1; "
        "what that does not know is a warning, for it may have been right.",
        bad=_OLD.format("3.2"),
        good=_WHOLE.format("4.4", "", "target"),
    ),
    explained(
        "PMML006",
        "error",
        "The document breaks the grammar in thousands of places",
        "It is not held against the schema of its version: lxml would take minutes to name the "
        "places. The findings are those of pmmlkit's own reader. Mend what it names and ask again.",
        bad=_WHOLE.format("4.4", "<!-- and 5,000 more such mistakes -->", "goal"),
        good=_WHOLE.format("4.4", "", "target"),
    ),
    explained(
        "PMML010",
        "error",
        "An attribute that is required is not there",
        "The schema requires the attribute. Where pmmlkit can evaluate the document without it, "
        "other engines may not.",
        bad=f"<RegressionTable>{_NUMERIC}</RegressionTable>",
        good=_TABLE.format(_NUMERIC),
    ),
    explained(
        "PMML011",
        "error",
        "A value is not of the type of its attribute",
        "Numbers, counts, probabilities and booleans are written as XML Schema has them: a point "
        "before decimals, no separators of thousands, true and false.",
        bad='<RegressionTable intercept="1,5"/>',
        good='<RegressionTable intercept="1.5"/>',
    ),
    explained(
        "PMML012",
        "error",
        "A value is not one of those that are listed",
        "The specification lists what the attribute can say. Case counts. A vendor's own values "
        "start with x-.",
        bad=_MODEL.format("linear", _TABLE.format(_NUMERIC)),
        good=_MODEL.format("linearRegression", _TABLE.format(_NUMERIC)),
    ),
    explained(
        "PMML013",
        "warning",
        "An attribute is not known",
        "The element has no such attribute in this version of PMML. Check the spelling and the "
        "version; a vendor's own attributes start with x-. Engines read past it; with --strict it "
        "is an error.",
        bad='<RegressionTable intercept="1" bias="2"/>',
        good='<RegressionTable intercept="1" x-bias="2"/>',
    ),
    explained(
        "PMML014",
        "warning",
        "An element is not known",
        "There is no such element in this version of PMML. Check the spelling and the version; a "
        "vendor's own elements start with X-, or stand in an Extension. Engines read past it; with "
        "--strict it is an error.",
        bad=_TABLE.format(f'{_NUMERIC}<Bias value="1"/>'),
        good=_TABLE.format(f'<Extension><Bias value="1"/></Extension>{_NUMERIC}'),
    ),
    explained(
        "PMML015",
        "error",
        "An element is in the wrong place",
        "The element is known, but must not stand here, comes too often, or not in this order: "
        "the elements inside of another one have an order in PMML.",
        bad=_TABLE.format(_CATEGORICAL + _NUMERIC),
        good=_TABLE.format(_NUMERIC + _CATEGORICAL),
    ),
    explained(
        "PMML016",
        "error",
        "An element that is required is not there",
        "The schema requires the element inside of this one. The message names what may come.",
        bad=_MODEL.format("linearRegression", ""),
        good=_MODEL.format("linearRegression", _TABLE.format(_NUMERIC)),
    ),
    explained(
        "PMML017",
        "error",
        "There is text where none may be",
        "Most elements hold elements only. Text between these is not read.",
        bad=_TABLE.format("one"),
        good=_TABLE.format(""),
    ),
    explained(
        "PMML018",
        "error",
        "A tree has two outermost nodes, or a node two predicates",
        "A TreeModel has one Node, which holds the others, and each Node one predicate. Of two "
        "predicates the first is taken.",
        bad=_PREDICATES.format(_LOW.format("lessThan") + "<False/>"),
        good=_PREDICATES.format(_LOW.format("lessThan")),
    ),
    explained(
        "PMML019",
        "error",
        "The document breaks the schema in another way",
        "The schema of the version refuses the document for a reason that has no code of its own. "
        "The message is that of the validator.",
        bad='<RegressionTable intercept="1" bias="2"/>',
        good='<RegressionTable intercept="1"/>',
    ),
)

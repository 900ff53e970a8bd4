"""The documents in which the examples of rules stand: an example says only what matters."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["example_document"]

_FIELDS: Final = {
    "x": '<DataField name="x" optype="continuous" dataType="double"/>',
    "n": '<DataField name="n" optype="continuous" dataType="integer"/>',
    "s": (
        '<DataField name="s" optype="categorical" dataType="string">'
        '<Value value="a"/><Value value="b"/></DataField>'
    ),
    "y": '<DataField name="y" optype="continuous" dataType="double"/>',
    "k": (
        '<DataField name="k" optype="categorical" dataType="string">'
        '<Value value="no"/><Value value="yes"/></DataField>'
    ),
}
"""The fields that an example without a DataDictionary takes those from that it names."""

_TREE: Final = (
    '<TreeModel functionName="classification"><MiningSchema>{fields}'
    '<MiningField name="k" usageType="target"/></MiningSchema>\n{nodes}\n</TreeModel>'
)
_TABLE: Final = (
    '<RegressionModel functionName="regression"><MiningSchema>{fields}'
    '<MiningField name="y" usageType="target"/></MiningSchema>{output}\n{{}}\n</RegressionModel>'
)
_CONSTANT: Final = '<RegressionTable intercept="1"/>'


def _regression(output: str = "", fields: str = '<MiningField name="x"/>') -> str:
    return _TABLE.format(output=output, fields=fields)


_RESULT: Final = (
    '<Output><OutputField name="result" optype="{}" dataType="{}" '
    'feature="transformedValue"><FieldRef field="d"/></OutputField></Output>'
)


def _around(example: str) -> str:
    """Complete an example to what stands behind the DataDictionary."""
    tag = re.split(r"[\s>]", example[1:], maxsplit=1)[0]
    fields = "".join(
        f'<MiningField name="{name}"/>' for name in ("x", "n", "s") if _names(example, name)
    )
    if tag == "Node":
        return _TREE.format(fields=fields, nodes=example)
    if tag == "RegressionTable":
        return _regression(fields=fields).format(example)
    if tag == "Output":
        predictor = '<RegressionTable intercept="1"><NumericPredictor name="x" coefficient="1"/>'
        return _regression(example, '<MiningField name="x"/>').format(
            predictor + "</RegressionTable>"
        )
    if tag in ("DefineFunction", "DerivedField"):
        optype = "continuous" if 'optype="continuous"' in example else "categorical"
        data_type = "double" if optype == "continuous" else "string"
        model = _regression(_RESULT.format(optype, data_type), fields).format(_CONSTANT)
        return f"<TransformationDictionary>\n{example}\n</TransformationDictionary>\n{model}"
    return example


def _names(example: str, name: str) -> bool:
    return re.search(rf'(field|name|Field)="{name}"', example) is not None


def example_document(example: str) -> bytes:
    """Complete the example of a rule to a document.

    An example may start with a DataDictionary, a TransformationDictionary, a model, or one of Node
    (of a classification), RegressionTable, Output, and DerivedField (of which one is named ``d``,
    and used; a DefineFunction may stand before). One that starts with the root is whole.
    """
    if example.startswith(("<?xml", "<PMML")):
        return example.encode()
    body = _around(example)
    if "<DataDictionary" not in body:
        fields = "\n".join(text for name, text in _FIELDS.items() if _names(body, name))
        body = f"<DataDictionary>\n{fields}\n</DataDictionary>\n{body}"
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4.1">\n<Header/>\n{body}\n</PMML>\n'
    )
    return text.encode()

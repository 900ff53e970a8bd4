"""The report of an upgrade as text and as JSON."""

from __future__ import annotations

import json

import pmmlkit
from tests.corpus.cells import document
from tests.upgrading.comparing import stated
from tests.upgrading.test_forward import NUMBERS, SCHEMA, output, tree

OLD = SCHEMA.replace("target", "predicted")
BODY = "\n" + tree(output('<OutputField name="o" feature="transformedValue"/>'), OLD)


def done() -> pmmlkit.Upgrade:
    return pmmlkit.upgrade(stated(document(BODY, NUMBERS), "4.2"))


def test_text() -> None:
    assert str(done()).splitlines() == [
        "document: PMML 4.2 -> 4.4, 2 changes (1 version, 1 replaced)",
        "  version PMML/@version: 4.2 -> 4.4 (line 1)",
        "  replaced MiningField/@usageType: predicted -> target (line 2)",
        "could not be done (1):",
        "  OutputField/@dataType: PMML 4.4 requires the attribute (line 2)",
    ]


def test_nothing_to_do() -> None:
    same = pmmlkit.upgrade(document(tree(), NUMBERS))
    assert str(same) == "document: PMML 4.4 -> 4.4, 0 changes"
    assert same.counts == {}


def test_json() -> None:
    assert json.loads(done().to_json()) == {
        "source": "",
        "from": "4.2",
        "to": "4.4",
        "counts": {"version": 1, "replaced": 1},
        "changes": [
            {
                "kind": "version",
                "path": "PMML",
                "line": 1,
                "markup": "PMML/@version",
                "old": "4.2",
                "new": "4.4",
            },
            {
                "kind": "replaced",
                "path": "PMML/TreeModel/MiningSchema/MiningField",
                "line": 2,
                "markup": "MiningField/@usageType",
                "old": "predicted",
                "new": "target",
            },
        ],
        "remaining": [
            {
                "path": "PMML/TreeModel/Output/OutputField",
                "line": 2,
                "markup": "OutputField/@dataType",
                "message": "PMML 4.4 requires the attribute",
            }
        ],
    }


def test_one_change_as_text() -> None:
    change = done().changes[1]
    assert str(change) == "line 2: replaced MiningField/@usageType: predicted -> target"

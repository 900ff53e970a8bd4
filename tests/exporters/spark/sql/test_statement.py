"""Statements of a SQLTransformer without Spark: what is refused and why, NULL by NULL."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import pmmlkit
from pmmlkit.errors import ExportError

pytest.importorskip("sqlglot")

SCHEMA = {
    "a": "double",
    "b": "double",
    "n": "integer",
    "m": "integer",
    "s": "string",
    "t": "string",
    "f": "float",
    "c": "boolean",
    "d": "date",
    "z": "dateTime",
}


def saved(folder: Path, *statements: str) -> Path:
    """Write a pipeline of transformers as Spark does."""

    def write(path: Path, class_name: str, uid: str, params: dict[str, Any]) -> None:
        (path / "metadata").mkdir(parents=True)
        metadata = {
            "class": class_name,
            "timestamp": 1,
            "sparkVersion": "4.3.0",
            "uid": uid,
            "paramMap": params,
            "defaultParamMap": {},
        }
        (path / "metadata" / "part-00000").write_text(json.dumps(metadata) + "\n", "utf-8")

    uids = [f"SQLTransformer_{at}" for at in range(len(statements))]
    write(folder, "org.apache.spark.ml.PipelineModel", "PipelineModel_0", {"stageUids": uids})
    for at, (uid, statement) in enumerate(zip(uids, statements, strict=True)):
        write(
            folder / "stages" / f"{at}_{uid}",
            "org.apache.spark.ml.feature.SQLTransformer",
            uid,
            {"statement": statement},
        )
    return folder


def result_of(folder: Path, expression: str, row: dict[str, Any], **options: Any) -> Any:
    options.setdefault("schema", SCHEMA)
    path = saved(folder, " ".join(["SELECT *,", expression, "AS x FROM __THIS__"]))
    model = pmmlkit.load(pmmlkit.export(path, **options).to_bytes())
    result = model.transform({name: row.get(name) for name in [f.name for f in model.inputs]})
    made = result["x"]
    return None if made is None or made != made else made


THREE = (True, False, None)


@pytest.mark.parametrize("right", THREE)
@pytest.mark.parametrize("left", THREE)
def test_logic_has_three_values(left: bool | None, right: bool | None, tmp_path: Path) -> None:
    row = {"a": _number(left), "b": _number(right)}
    wanted = {
        "and": False if False in (left, right) else None if None in (left, right) else True,
        "or": True if True in (left, right) else None if None in (left, right) else False,
    }
    for sign, value in wanted.items():
        test = f"(a > 0 {sign} b > 0)"
        for expression, result in ((test, value), (f"NOT {test}", _not(value))):
            folder = tmp_path / f"{sign}{len(expression)}"
            assert result_of(folder, expression, row) is result
    assert result_of(tmp_path / "if", "IF(a > 0 AND b > 0, 1, 2)", row) == (
        1 if wanted["and"] else 2
    )


def _number(value: bool | None) -> float | None:
    return None if value is None else 1.0 if value else -1.0


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


RESULTS: list[tuple[str, dict[str, Any], Any]] = [
    ("a / b", {"a": 1.0, "b": 0.0}, None),
    ("n / m", {"n": 7, "m": 2}, 3.5),
    ("n % m", {"n": -7, "m": 3}, -1),
    ("pmod(n, m)", {"n": -7, "m": 3}, 2),
    ("pmod(n, m)", {"n": -7, "m": -3}, -1),
    ("n div m", {"n": -7, "m": 2}, -3),
    ("n div m", {"n": 7, "m": 0}, None),
    ("ln(a)", {"a": 0.0}, None),
    ("log1p(a)", {"a": -1.0}, None),
    ("sqrt(a)", {"a": -1.0}, None),
    ("round(a)", {"a": 2.5}, 3),
    ("round(a)", {"a": -2.5}, -3),
    ("round(a)", {"a": 0.49999999999999994}, 0),
    ("round(a, 2)", {"a": 2.675}, 2.68),
    ("round(a, 2)", {"a": 1.005}, 1.01),
    ("round(a, 2)", {"a": -0.29}, -0.29),
    ("round(n, -1)", {"n": 25}, 30),
    ("0.1 + n * 0.2", {"n": 1}, 0.3),
    ("n * 0.1 = 0.3", {"n": 3}, True),
    ("n / 3.0", {"n": 1}, 0.333333),
    ("n IN (1, NULL)", {"n": 1}, True),
    ("n IN (1, NULL)", {"n": 2}, None),
    ("n NOT IN (1, NULL)", {"n": 2}, None),
    ("s IN ('x', 'y')", {"s": None}, None),
    ("s NOT IN ('x', 'y')", {"s": "z"}, True),
    ("a <=> b", {}, True),
    ("a <=> b", {"a": 1.0}, False),
    ("a <> b", {"a": 1.0}, None),
    ("a BETWEEN b AND 3", {"a": 4.0}, False),
    ("a BETWEEN b AND 3", {"a": 2.0}, None),
    ("(a > 1) IS NULL", {}, True),
    ("greatest(a, b, n)", {"b": 2.0, "n": 1}, 2),
    ("least(a, b)", {}, None),
    ("coalesce(a, b, 0)", {"b": 2.0}, 2),
    ("nullif(n, 3)", {"n": 3}, None),
    ("zeroifnull(a)", {}, 0),
    ("s LIKE 'a%b_'", {"s": "a\nbc"}, True),
    ("s LIKE 'a.c'", {"s": "abc"}, False),
    (r"s LIKE '50\\%'", {"s": "50%"}, True),
    ("s LIKE '5!%' ESCAPE '!'", {"s": "5%"}, True),
    ("s || t", {"s": "a"}, None),
    ("trim(s)", {"s": "  a\t "}, "a\t"),
    ("trim(BOTH 'xy' FROM s)", {"s": "xyaxby"}, "axb"),
    ("substring(s, -3)", {"s": "ab"}, "ab"),
    ("substring(s, 0, 2)", {"s": "abc"}, "ab"),
    ("right(s, 2)", {"s": "abc"}, "bc"),
    ("CAST(s AS INT)", {"s": " 12 "}, 12),
    ("CAST(a AS INT)", {"a": -2.9}, -2),
    ("CAST(a + n AS STRING)", {"a": 1.0, "n": 2}, ExportError),
    ("CAST(n + m AS STRING)", {"n": 1, "m": 2}, "3"),
    ("CAST(a > 1 AS STRING)", {"a": 2.0}, "true"),
    ("dayofweek(d)", {"d": "2024-03-03"}, 1),
    ("weekday(d)", {"d": "2024-03-03"}, 6),
    ("quarter(d)", {"d": "2024-12-31"}, 4),
    ("datediff(z, d)", {"z": "2024-03-05T23:59:59", "d": "2024-03-03"}, 2),
    ("to_date(z) > d", {"z": "2024-03-03T23:59:59", "d": "2024-03-03"}, False),
    ("d >= '2024-03-03'", {"d": "2024-03-03"}, True),
    ("f > 0.1", {"f": 0.1}, True),
]


@pytest.mark.parametrize(("expression", "row", "wanted"), RESULTS)
def test_results(expression: str, row: dict[str, Any], wanted: Any, tmp_path: Path) -> None:
    if wanted is ExportError:
        with pytest.raises(ExportError):
            result_of(tmp_path / "model", expression, row)
        return
    found = result_of(tmp_path / "model", expression, row)
    if isinstance(wanted, float):
        assert found == pytest.approx(wanted, rel=1e-15)
    else:
        assert found == wanted
    assert isinstance(found, str) == isinstance(wanted, str)


REFUSED = [
    ("SELECT a, sum(b) FROM __THIS__", r"SUM\(b\): it needs other rows"),
    ("SELECT avg(a) OVER () AS x FROM __THIS__", r"AVG\(a\) OVER.*needs other rows"),
    ("SELECT a FROM __THIS__ GROUP BY a", "GROUP BY needs the other rows"),
    ("SELECT DISTINCT a FROM __THIS__", "DISTINCT needs the other rows"),
    ("SELECT a FROM __THIS__ ORDER BY a LIMIT 3", "a document sees one row at a time"),
    ("SELECT a FROM __THIS__ JOIN u ON a = k", "JOIN"),
    ("SELECT a FROM u", "more than the table __THIS__"),
    ("SELECT a FROM __THIS__, u", "one row at a time|more than the table"),
    ("SELECT a FROM __THIS__ WHERE a > 1", "WHERE a > 1: a document cannot leave rows out"),
    ("DELETE FROM __THIS__", "no SELECT"),
    ("SELECT a FROM __THIS__; SELECT b FROM __THIS__", "cannot be parsed"),
    ("SELECT FROM FROM", "cannot be parsed|more than|no SELECT"),
    ("SELECT rand() AS x FROM __THIS__", "another result at each call"),
    ("SELECT my_function(a) AS x FROM __THIS__", "no equal in PMML"),
    ("SELECT (SELECT max(a) FROM u) AS x FROM __THIS__", "another table"),
    ("SELECT s < t AS x FROM __THIS__", "order texts"),
    ("SELECT s + 1 AS x FROM __THIS__", "CAST"),
    ("SELECT s = n AS x FROM __THIS__", "integer and string meet"),
    ("SELECT f + 1 AS x FROM __THIS__", "single precision"),
    ("SELECT isnan(a) AS x FROM __THIS__", "no NaN"),
    ("SELECT array(a, b) AS x FROM __THIS__", "lists"),
    ("SELECT a.b AS x FROM __THIS__", "have no parts"),
    ("SELECT q AS x FROM __THIS__", "'q' is neither in the schema"),
    ("SELECT s RLIKE '(?=x)' AS x FROM __THIS__", "look-around"),
    ("SELECT CAST(a AS STRING) AS x FROM __THIS__", "engines write in different ways"),
    ("SELECT CAST(a AS ARRAY<INT>) AS x FROM __THIS__", "no such type"),
    ("SELECT to_date(z) AS x FROM __THIS__", "no function"),
    ("SELECT date_add(d, 1) AS x FROM __THIS__", "no equal in PMML"),
    ("SELECT date_diff(MONTH, d, z) AS x FROM __THIS__", "differences in days"),
    ("SELECT floor(a, 2) AS x FROM __THIS__", "other arguments"),
    ("SELECT replace(s, 'a', '$') AS x FROM __THIS__", r"replacement with \$"),
    ("SELECT " + "(" * 200 + "a" + ")" * 200 + " AS x FROM __THIS__", "nested deeper|recursion"),
    ("SELECT " + "a" * 100_001 + " AS x FROM __THIS__", "more than 100,000 characters"),
]


@pytest.mark.parametrize(("statement", "words"), REFUSED)
def test_what_is_refused_says_why(statement: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=words):
        pmmlkit.export(saved(tmp_path / "model", statement), schema=SCHEMA)


def test_names_have_no_case_and_aliases_come_last(tmp_path: Path) -> None:
    statement = "SELECT A + 1 AS b1, B1 * 2 AS y, a AS `my A` FROM __THIS__"
    path = saved(tmp_path / "model", statement, "SELECT y + `MY a` AS x FROM __THIS__")
    model = pmmlkit.load(pmmlkit.export(path, schema=SCHEMA).to_bytes())
    result = model.transform({"a": 2.0})
    assert result["x"] == 8.0
    assert list(result) == ["x"]


def test_all_columns_but_some(tmp_path: Path) -> None:
    path = saved(
        tmp_path / "model",
        "SELECT *, a + 1 AS x, a + 2 AS y FROM __THIS__",
        "SELECT t.*, t.x + y AS w FROM __THIS__ t",
        "SELECT * EXCEPT (y) FROM __THIS__ WHERE isnotnull(b) AND (a IS NOT NULL)",
    )
    model = pmmlkit.load(pmmlkit.export(path, schema=SCHEMA).to_bytes())
    result = model.transform({"a": 1.0})
    assert result["w"] == 5.0
    assert "y" not in result


def test_results_of_rows_that_are_dropped_are_missing(tmp_path: Path) -> None:
    path = saved(tmp_path / "model", "SELECT a + 1 AS x FROM __THIS__ WHERE b IS NOT NULL")
    model = pmmlkit.load(pmmlkit.export(path, schema=SCHEMA).to_bytes())
    assert model.transform({"a": 1.0, "b": 0.0})["x"] == 2.0
    assert model.transform({"a": 1.0, "b": None})["x"] is None


def test_texts_are_seen_without_a_schema(tmp_path: Path) -> None:
    row = {"s": "oslo"}
    assert result_of(tmp_path / "a", "upper(s)", row, schema=None) == "OSLO"
    assert result_of(tmp_path / "b", "s = 'oslo'", row, schema=None) is True
    assert result_of(tmp_path / "c", "CASE s WHEN 'oslo' THEN 1 END", row, schema=None) == 1


def test_long_rows_of_terms(tmp_path: Path) -> None:
    terms = " + ".join(f"{at} * a" for at in range(150))
    assert result_of(tmp_path / "a", terms, {"a": 1.0}) == sum(range(150))
    tests = " OR ".join(f"n = {at}" for at in range(500))
    assert result_of(tmp_path / "b", tests, {"n": 499}) is True

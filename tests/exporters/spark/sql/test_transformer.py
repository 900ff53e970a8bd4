"""SQLTransformer: expressions of Spark SQL, with gaps, texts, dates and decimals."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from pmmlkit.parity.oracles import Oracle
from tests.exporters.spark.agreement import Case, case_of
from tests.exporters.spark.data import people
from tests.spark_session import session

STATEMENTS = {
    "sql_arithmetic": [
        "age + 1 AS plus", "age - income AS minus", "age * 2 AS twice", "age / 7 AS share",
        "income / (age - 30) AS by_zero", "-income AS negative", "age % 7 AS rest",
        "(age - 40) % 7 AS signed_rest", "pmod(age - 40, 7) AS positive_rest",
        "age div 7 AS whole", "(age - 40) div 7 AS signed_whole", "abs(age - 40) AS size",
        "1.5 * age AS decimal_product", "age / 1.5 AS decimal_share", "age + 0.1 AS decimal_sum",
        "income * 1.5 AS product", "0.1 + 0.2 AS constant", "1.5D * age AS double_product",
    ],
    "sql_functions": [
        "ln(income) AS natural", "log(income - 20) AS partial", "log10(income) AS decadic",
        "log2(income) AS binary", "log(3, income) AS ternary", "log1p(income) AS plus_one",
        "exp(income / 10) AS exponential", "expm1(income / 100) AS minus_one",
        "sqrt(income) AS root", "cbrt(age - 40) AS cube_root", "pow(income, 1.5) AS power",
        "power(age, 2) AS square", "sin(income) AS sine", "cos(income) AS cosine",
        "tan(income) AS tangent", "asin(income / 1000) AS arc_sine", "acos(income / 1000) AS a_c",
        "atan(income) AS arc_tangent", "sinh(income / 10) AS s_h", "cosh(income / 10) AS c_h",
        "tanh(income / 10) AS t_h", "degrees(income) AS d", "radians(income) AS r",
        "hypot(age, height) AS h", "sign(age - 40) AS sign_of", "pi() AS circle", "e() AS base",
        "atan2(age - 40, income) AS angle",
    ],
    "sql_rounding": [
        "floor(income) AS below", "ceil(income) AS above", "floor(-income) AS minus_below",
        "round(income) AS nearest", "round(income, 1) AS tenths", "round(-income, 2) AS hundredths",
        "round(age / 2) AS half", "round((age - 40) / 2) AS signed_half", "round(age, -1) AS tens",
        "round(age / 8, 2) AS eighths", "bround(age / 2) AS to_even", "rint(income) AS near",
        "cast(income AS int) AS whole", "cast(-income AS bigint) AS minus_whole",
        "greatest(income, height, age) AS most", "least(income, age) AS fewest",
        "round(1.25 * age, 1) AS decimal_tenths",
    ],
    "sql_logic": [
        "income > 20 AS high", "income > 20 AND height < 170 AS both_of",
        "income > 20 OR height < 170 AS any_of", "NOT (income > 20 AND member) AS no",
        "income IS NULL AS gap", "income IS NOT NULL OR city = 'Oslo' AS known",
        "income <=> height AS same", "income <> 20 AS other", "member AS is_member",
        "CASE WHEN income > 30 THEN 'rich' WHEN income > 15 THEN 'middle' ELSE 'poor' END AS class",
        "CASE WHEN income > 30 THEN 2 WHEN height > 170 THEN 1.5 END AS step",
        "CASE city WHEN 'Oslo' THEN 1 WHEN 'Rome' THEN 2 ELSE 0 END AS number",
        "IF(income > 20, age, 0) AS either", "coalesce(income, height, 0) AS first",
        "nvl(city, 'none') AS town", "nullif(age, 40) AS not_forty", "nvl2(income, 1, 0) AS there",
        "city IN ('Oslo', 'Rome') AS listed", "city NOT IN ('Oslo', 'Rome') AS unlisted",
        "age IN (20, 30, 40, 41) AS numbers", "age IN (20, NULL, 40) AS doubtful",
        "income BETWEEN 10 AND 20 AS between_them", "age NOT BETWEEN 20 AND 60 AS outside",
        "(income > 20) IS TRUE AS surely", "(income > 20) IS NOT FALSE AS perhaps",
        "cast(member AS int) AS member_number", "cast(age AS double) AS age_number",
        "cast(income > 20 AS int) AS high_number", "cast(age - 40 AS boolean) AS not_zero",
    ],
    "sql_texts": [
        "upper(city) AS capitals", "lower(city) AS small", "length(city) AS letters",
        "trim(padded) AS trimmed", "ltrim(padded) AS left_trimmed",
        "rtrim(padded) AS right_trimmed",
        "concat(city, '-', level) AS joined", "city || level AS piped",
        "concat(city, age) AS with_number", "substring(city, 2, 2) AS middle",
        "substr(city, 2) AS tail", "substring(city, 0, 2) AS head", "substring(city, -2) AS ending",
        "left(city, 2) AS l", "right(city, 3) AS r", "replace(city, 'o', '') AS zero",
        "regexp_replace(city, '[aeiou]+', '_') AS vowels", "city LIKE '%o' AS ends_in_o",
        "city LIKE 'R_me' AS like_rome", "city NOT LIKE '%s%' AS without_s",
        "city RLIKE '^[A-M]' AS early", "startswith(city, 'R') AS starts",
        "endswith(city, 'o') AS ends", "contains(city, 'om') AS holds",
        "cast(age AS string) AS age_text", "cast(digits AS int) AS number",
        "cast(digits AS double) / 2 AS half", "cast(member AS string) AS member_text",
        "city = upper(city) AS never", "cast(trim(digits) AS double) AS real",
    ],
    "sql_dates": [
        "year(born) AS y", "month(born) AS m", "day(born) AS d", "dayofweek(born) AS w",
        "weekday(born) AS wd", "dayofyear(born) AS n", "quarter(born) AS q", "hour(seen) AS h",
        "minute(seen) AS i", "second(seen) AS s", "year(seen) AS sy",
        "datediff(seen, born) AS days", "born > DATE '1980-01-01' AS late",
        "to_date(seen) = born AS same_day", "datediff(DATE '2020-01-01', born) AS age_days",
        "last_seen IS NULL AS never_seen",
    ],
}  # fmt: skip


def frame_of() -> Any:
    """Return people with gaps, dates, and texts of numbers."""
    from pyspark.sql import functions

    frame = people(session(), gaps=True)
    days = functions.expr("date_add(DATE '1970-03-01', age * 97 - 2000)")
    seen = functions.expr("timestamp_seconds(1500000000 + age * 1000003)")
    return (
        frame.withColumn("born", days)
        .withColumn("seen", seen)
        .withColumn("last_seen", functions.expr("if(age > 40, seen, null)"))
        .withColumn("padded", functions.expr("concat('  ', city, ' ')"))
        .withColumn("digits", functions.expr("cast(age * 3 as string)"))
    )


def _made(statement: str) -> tuple[Any, Any]:
    from pyspark.ml import PipelineModel
    from pyspark.ml.feature import SQLTransformer

    return PipelineModel([SQLTransformer(statement=statement)]), frame_of()


def _statement(name: str) -> str:
    return _select_all(STATEMENTS[name])


def _select_all(columns: list[str]) -> str:
    return " ".join(["SELECT *,", ", ".join(columns), "FROM __THIS__"])


@cache
def _case(name: str) -> Case:
    session()  # stages need one
    return case_of(name, lambda: _made(_statement(name)))


@pytest.mark.parametrize("name", STATEMENTS)
def test_pmmlkit(name: str) -> None:
    _case(name).check()


def _filtered() -> tuple[Any, Any]:
    """Expressions that read columns with gaps, made numbers and completed, in front of a model."""
    from pyspark.ml import Pipeline
    from pyspark.ml.feature import SQLTransformer, VectorAssembler
    from pyspark.ml.regression import LinearRegression

    names = []
    columns = []
    for statement, items in STATEMENTS.items():
        if statement == "sql_dates":
            continue
        for item in items:
            expression, _, name = item.rpartition(" AS ")
            if statement == "sql_texts" and name not in ("letters", "number", "half", "real"):
                expression = f"length(cast({expression} AS string))"
            elif name in ("class", "town"):
                expression = f"length({expression})"
            if name in ("middle", "head", "l"):
                # PMML4S takes the substring of a missing text, where its guard is inside a function
                continue
            column = f"{statement[4:]}_{name}"
            columns.append(f"coalesce(cast({expression} AS double), -1D) AS {column}")
            names.append(column)
    pipeline = Pipeline(
        stages=[
            SQLTransformer(statement=_select_all(columns)),
            VectorAssembler(inputCols=names, outputCol="features"),
            LinearRegression(labelCol="spent", regParam=0.1, solver="l-bfgs", maxIter=5),
        ]
    )
    frame = frame_of()
    return pipeline.fit(frame), frame


def _dropped() -> tuple[Any, Any]:
    """Rows with gaps are dropped: the document predicts nothing of them."""
    from pyspark.ml import Pipeline
    from pyspark.ml.feature import SQLTransformer, VectorAssembler
    from pyspark.ml.regression import LinearRegression

    where = "SELECT age, spent, income / height AS share FROM __THIS__ WHERE income IS NOT NULL"
    pipeline = Pipeline(
        stages=[
            SQLTransformer(statement=where + " AND height IS NOT NULL"),
            VectorAssembler(inputCols=["age", "share"], outputCol="features"),
            LinearRegression(labelCol="spent"),
        ]
    )
    frame = frame_of().filter("income IS NOT NULL AND height IS NOT NULL")
    return pipeline.fit(frame), frame


MODELS = {"sql_model": _filtered, "sql_where": _dropped}


@cache
def _model(name: str) -> Case:
    session()  # stages need one
    return case_of(name, MODELS[name])


@pytest.mark.parametrize("name", MODELS)
def test_models(name: str) -> None:
    _model(name).check()


@pytest.mark.parametrize("name", MODELS)
def test_engines(name: str, oracle: Oracle) -> None:
    _model(name).check(oracle)

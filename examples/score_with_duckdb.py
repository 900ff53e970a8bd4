"""Score in SQL: a function of DuckDB over Arrow, from a struct of inputs to a struct of results."""

from __future__ import annotations

from typing import Any

import duckdb
import pyarrow as pa
from sample import finish, sample

import pmmlkit


def create_score(connection: duckdb.DuckDBPyConnection, scorer: pmmlkit.BatchScorer) -> None:
    """Make the function `score` of a connection."""

    def struct(schema: pa.Schema) -> Any:
        relation = connection.from_arrow(schema.empty_table())
        return connection.struct_type(dict(zip(relation.columns, relation.types, strict=True)))

    connection.create_function(
        "score",
        lambda rows: scorer(pa.Table.from_struct_array(rows)).to_struct_array(),
        [struct(scorer.input_schema())],
        struct(scorer.result_schema()),
        type="arrow",
        null_handling="special",  # nulls are missing values, which the model treats
    )


def main() -> None:
    """Score the sample."""
    with sample() as (document, data), duckdb.connect() as connection:
        scorer = pmmlkit.BatchScorer(document, errors="column")
        create_score(connection, scorer)
        inputs = ", ".join(f'"{name}": "{name}"' for name in scorer.input_schema().names)
        scored = connection.sql(
            f"SELECT *, unnest(score({{{inputs}}})) FROM read_parquet(?)",  # noqa: S608
            params=[data],
        ).to_arrow_table()
    finish(scored)


if __name__ == "__main__":
    main()

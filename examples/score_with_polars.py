"""Score a lazy frame of Polars: `BatchScorer` in `map_batches`, with the engine for streams."""

from __future__ import annotations

import polars as pl
from sample import finish, sample

import pmmlkit


def scored_frame(frame: pl.LazyFrame, scorer: pmmlkit.BatchScorer) -> pl.LazyFrame:
    """Return the frame with the results beside its columns."""

    def score(rows: pl.DataFrame) -> pl.DataFrame:
        return pl.DataFrame(scorer(rows.to_arrow()))

    schema = score(pl.DataFrame(schema=frame.collect_schema())).schema
    return frame.map_batches(score, schema=schema, streamable=True)


def main() -> None:
    """Score the sample."""
    with sample() as (document, data):
        scorer = pmmlkit.BatchScorer(document, keep=True, errors="column")
        scored = scored_frame(pl.scan_parquet(data), scorer).collect(engine="streaming")
    finish(scored.to_arrow())


if __name__ == "__main__":
    main()

"""Score a Dask frame: `BatchScorer` over its partitions, in threads or processes."""

from __future__ import annotations

import dask.dataframe as dd
import pandas as pd
import pyarrow as pa
from sample import finish, sample

import pmmlkit


def scored_frame(frame: dd.DataFrame, scorer: pmmlkit.BatchScorer) -> dd.DataFrame:
    """Return the frame with the results beside its columns."""

    def score(part: pd.DataFrame) -> pd.DataFrame:
        results = scorer(pa.Table.from_pandas(part, preserve_index=False))
        # Types of Arrow, so that a partition with missing results has the types of the others.
        return results.to_pandas(types_mapper=pd.ArrowDtype).set_axis(part.index)

    return frame.map_partitions(score, meta=score(frame.head(0)))


def main() -> None:
    """Score the sample."""
    with sample() as (document, data):
        frame = dd.read_parquet(data, split_row_groups=True)
        scorer = pmmlkit.BatchScorer(document, keep=True, errors="column")
        scored = scored_frame(frame, scorer).compute(scheduler="threads")
    finish(pa.Table.from_pandas(scored, preserve_index=False))


if __name__ == "__main__":
    main()

"""Score a dataset of Ray Data: a `BatchScorer` is the function that `map_batches` takes."""

from __future__ import annotations

import pyarrow as pa
import ray
import ray.data
from sample import finish, sample

import pmmlkit


def main() -> None:
    """Score the sample."""
    ray.init(
        num_cpus=1, include_dashboard=False, object_store_memory=100 * 2**20, log_to_driver=False
    )
    with sample() as (document, data):
        rows = ray.data.read_parquet(data)
        scorer = pmmlkit.BatchScorer(document, keep=True, errors="column")
        scored = rows.map_batches(scorer, batch_format="pyarrow")
        tables = ray.get(scored.to_arrow_refs())
    finish(pa.concat_tables(tables))
    ray.shutdown()


if __name__ == "__main__":
    main()

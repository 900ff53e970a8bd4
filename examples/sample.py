"""What the examples of batches score: two paths from the command line, or the iris flowers.

Each is called as ``score_with_....py [MODEL.pmml DATA.parquet [SCORES.parquet]]``.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq


@contextmanager
def sample() -> Iterator[tuple[str, str]]:
    """Yield the paths of a document and of a Parquet file."""
    if len(sys.argv) > 2:
        yield sys.argv[1], sys.argv[2]
        return
    with tempfile.TemporaryDirectory() as folder:
        document, data = Path(folder) / "iris.pmml", Path(folder) / "iris.parquet"
        write_iris(document, data)
        yield str(document), str(data)


def write_iris(document: Path, data: Path) -> None:
    """Train a small model, export it, and write its rows."""
    from sklearn.datasets import load_iris
    from sklearn.linear_model import LogisticRegression

    import pmmlkit

    iris = load_iris(as_frame=True)
    X = iris.data.set_axis(["sepal_length", "sepal_width", "petal_length", "petal_width"], axis=1)
    y = iris.target.map(dict(enumerate(iris.target_names))).rename("species")
    pmmlkit.export(LogisticRegression(max_iter=1000).fit(X, y), document, X=X, y=y)
    pq.write_table(pa.Table.from_pandas(X.assign(row=range(len(X)))), data, row_group_size=50)


def finish(scored: pa.Table) -> None:
    """Write the scores where the command line says so, or show some."""
    if len(sys.argv) > 3:
        pq.write_table(scored, sys.argv[3])
    else:
        print(f"{scored.num_rows} rows of {', '.join(scored.schema.names)}; the first ones:")
        for row in scored.slice(0, 3).to_pylist():
            print(row)

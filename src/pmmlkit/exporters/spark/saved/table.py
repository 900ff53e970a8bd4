"""The data of a saved model: a folder of Parquet files as one table."""

from __future__ import annotations

from typing import Any

from pmmlkit.errors import ExportError, LimitError
from pmmlkit.exporters.spark.saved.folder import Folder
from pmmlkit.optional import needed

__all__ = ["table_of"]

_TREES = {"_1": "treeID", "_2": "metadata", "_3": "weights"}


def table_of(folder: Folder, path: str) -> Any:
    """Return the Parquet files of a folder as one pyarrow.Table, rows in the order written.

    Raises ExportError where there are none or one is damaged, LimitError where they go beyond
    ``Limits.document_bytes`` or ``Limits.elements``, UnsupportedError without pyarrow.
    """
    parquet = needed("pyarrow.parquet", "io", "The data of saved Spark models")
    import pyarrow

    files = [name for name in folder.parts(path) if name.endswith(".parquet")]
    if not files:
        raise ExportError(
            f"{folder.shown(path)} has no Parquet file: the folder is incomplete, copy all of it"
        )
    limits = folder.limits
    tables, size, rows = [], 0, 0
    for name in files:
        content = folder.stored(name)
        try:
            with parquet.ParquetFile(pyarrow.BufferReader(content)) as file:
                about = file.metadata
                rows += about.num_rows
                size += sum(about.row_group(i).total_byte_size for i in range(about.num_row_groups))
                if size > limits.document_bytes or rows > limits.elements:
                    raise LimitError(
                        f"{folder.shown(path)} has {rows} rows and {size} bytes, beyond "
                        f"Limits.elements = {limits.elements} or "
                        f"Limits.document_bytes = {limits.document_bytes}"
                    )
                tables.append(file.read())
        except (pyarrow.ArrowException, OSError, ValueError) as error:
            raise ExportError(
                f"{folder.shown(name)} is cut off or damaged: not a Parquet file"
            ) from error
    try:
        table = pyarrow.concat_tables(tables)
    except (pyarrow.ArrowException, ValueError) as error:
        raise ExportError(f"{folder.shown(path)} holds files with different columns") from error
    # Spark 4.1 and later leave the columns of its ensembles without names.
    if set(table.column_names) == set(_TREES) and path.endswith("treesMetadata"):
        table = table.rename_columns([_TREES[name] for name in table.column_names])
    return table

"""The metadata of a saved model: one line of JSON in a folder of text files."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import zlib
from typing import Any

from pmmlkit.errors import ExportError, LimitError
from pmmlkit.exporters.spark.saved.folder import Folder, joined

__all__ = ["metadata_of", "normal_name", "unpacked"]

_SCALA = "org.apache.spark."


def metadata_of(folder: Folder, path: str) -> dict[str, Any]:
    """Return the metadata of the model in a folder; class, uid, paramMap, defaultParamMap and
    sparkVersion are always there, of the types that Spark gives them.

    Raises ExportError where there are none.
    """
    place = joined(path, "metadata")
    text = _line(folder, path, place)
    try:
        metadata = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ExportError(f"{folder.shown(place)} is cut off or damaged: not JSON") from error
    if not isinstance(metadata, dict) or not isinstance(metadata.get("class"), str):
        raise ExportError(f"{folder.shown(place)} is not Spark's: it names no class")
    # Models of spark.mllib, which some of spark.ml hold, have a version alone.
    inner = metadata["class"].startswith(_SCALA + "mllib.")
    if inner or "sparkVersion" not in metadata:
        metadata = {"sparkVersion": "", "uid": "", "paramMap": {}, **metadata}
    # Spark before 2.4 kept defaults among the parameters that were given.
    metadata = {"defaultParamMap": {}, **metadata}
    _checked(metadata, folder.shown(place))
    return metadata


def normal_name(name: str) -> str:
    """Return a class by its Scala name, also where Python wrote the metadata.

    Examples
    --------
    >>> normal_name("pyspark.ml.pipeline.PipelineModel")
    'org.apache.spark.ml.PipelineModel'
    >>> normal_name("pyspark.ml.tuning.CrossValidatorModel")
    'org.apache.spark.ml.tuning.CrossValidatorModel'
    """
    if not name.startswith("pyspark.ml.") or name.startswith("pyspark.ml.connect."):
        return name
    return _SCALA + name.removeprefix("pyspark.").replace("ml.pipeline.", "ml.", 1)


def _line(folder: Folder, path: str, place: str) -> str:
    files = folder.parts(place)
    if not files:
        raise ExportError(_no_metadata(folder, path))
    for name in files:
        try:
            text = unpacked(name, folder.stored(name), folder.limits.document_bytes).decode()
        except (OSError, EOFError, zlib.error, ValueError) as error:
            raise ExportError(f"{folder.shown(name)} is cut off or damaged") from error
        # As Spark: the first line that any of the files has.
        for line in text.splitlines():
            if line.strip():
                return line
    raise ExportError(f"{folder.shown(place)} is empty: the model was not written to its end")


def _no_metadata(folder: Folder, path: str) -> str:
    inner = [
        name for name in folder.folders(path) if "metadata" in folder.folders(joined(path, name))
    ]
    if inner:
        advice = f"give the path of {inner[0]} in it"
    elif path:
        advice = "the folder is incomplete, copy all of it; a stage of Python that is not saved by "
        advice += "Spark cannot be read"
    else:
        advice = "give the folder that model.write().save(path) made, or a zip of it"
    return (
        f"{folder.shown(path)} is not a model that Spark saved, it has no metadata/part-*: {advice}"
    )


def unpacked(name: str, content: bytes, most: int) -> bytes:
    """Return the text of a file; Hadoop may be set to compress what it writes."""
    stream: Any = io.BytesIO(content)
    if name.endswith(".gz"):
        stream = gzip.GzipFile(fileobj=stream)
    elif name.endswith(".bz2"):
        stream = bz2.BZ2File(stream)
    elif name.endswith(".deflate"):
        stream = io.BytesIO(zlib.decompressobj().decompress(content, most + 1))
    text: bytes = stream.read(most + 1)
    if len(text) > most:
        raise LimitError(f"metadata are longer than Limits.document_bytes = {most}")
    return text


def _checked(metadata: dict[str, Any], place: str) -> None:
    for name, kind in (
        ("sparkVersion", str),
        ("uid", str),
        ("paramMap", dict),
        ("defaultParamMap", dict),
    ):
        if not isinstance(metadata.get(name), kind):
            raise ExportError(f"{place} is not Spark's: {name} is absent or of another type")

"""Models that Spark ML has saved, of Spark 2.4 to 4.x: read without Spark and without Java."""

from __future__ import annotations

import os
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pmmlkit.errors import ExportError, LimitError, PmmlError
from pmmlkit.exporters.spark.saved.folder import Folder, joined, opened
from pmmlkit.exporters.spark.saved.metadata import metadata_of, normal_name, unpacked
from pmmlkit.exporters.spark.saved.table import table_of
from pmmlkit.exporters.spark.saved.values import decoded, matrix, vector
from pmmlkit.limits import Limits

__all__ = ["SavedStage", "is_live", "matrix", "read_saved", "saved", "vector"]

_OWN = frozenset({"class", "uid", "paramMap", "defaultParamMap", "sparkVersion"})


@dataclass(frozen=True, eq=False)
class SavedStage:
    """One saved stage or model.

    `class_name` is the Scala name (``org.apache.spark.ml.feature.StringIndexerModel``), also where
    Python wrote it; `params` are the defaults overlaid by what was given, decoded to arrays and
    floats where JSON has no word for them; `given` names what was given; `version` is Spark's;
    `metadata` is what else the metadata say (numFeatures, numClasses); `stages` are those of a
    pipeline, in order.
    """

    class_name: str
    uid: str
    params: Mapping[str, Any]
    given: frozenset[str]
    version: str
    metadata: Mapping[str, Any]
    stages: tuple[SavedStage, ...]
    _folder: Folder = field(repr=False)
    _path: str = field(repr=False)

    @property
    def name(self) -> str:
        """The class without its package."""
        return self.class_name.rpartition(".")[2]

    @property
    def place(self) -> str:
        """Where it lies, for error texts."""
        return self._folder.shown(self._path)

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of its folders that are models themselves (``bestModel``, ``model_0``), those
        with numbers in the order of these.
        """
        names = self._folder.folders(self._path)
        inner = [name for name in names if self.has(joined(name, "metadata"))]
        return tuple(sorted(inner, key=_numbered))

    def parameter(self, name: str, default: Any = None) -> Any:
        """Return a parameter's value: as given, or Spark's default, or `default`."""
        return self.params.get(name, default)

    def has(self, part: str) -> bool:
        """Return whether there is a folder of this name (``treesMetadata``, ``data/data``)."""
        parent, _, name = joined(self._path, part).rpartition("/")
        return name in self._folder.folders(parent)

    def table(self, part: str = "data") -> Any:
        """Return the Parquet files of a folder as one pyarrow.Table, rows in the order written.

        The columns of ``treesMetadata`` are treeID, metadata and weights in every version.

        Raises ExportError where it is absent or damaged, LimitError where it goes beyond
        ``Limits.document_bytes`` or ``Limits.elements``, UnsupportedError without pyarrow.
        """
        return table_of(self._folder, joined(self._path, part))

    def has_file(self, part: str) -> bool:
        """Return whether there is a file of this name (``data/model``)."""
        parent, _, name = joined(self._path, part).rpartition("/")
        return name in self._folder.names(parent)

    def stored(self, part: str) -> bytes:
        """Return what one file holds, as other libraries write them (``data/model``).

        Raises ExportError where it is absent, LimitError where it is too long.
        """
        path = joined(self._path, part)
        if not self.has_file(part):
            raise ExportError(
                f"{self._folder.shown(path)} is not there: the folder is incomplete, copy all of it"
            )
        return self._folder.stored(path)

    def text(self, part: str) -> str:
        """Return the lines that Spark wrote to a folder of text files, without their ends.

        Raises ExportError where there are none or one is damaged, LimitError where they are too
        long.
        """
        path = joined(self._path, part)
        most = self._folder.limits.document_bytes
        content = b""
        for name in self._folder.parts(path):
            try:
                content += unpacked(name, self._folder.stored(name), most)
            except (OSError, EOFError, zlib.error) as error:
                raise ExportError(f"{self._folder.shown(name)} is cut off or damaged") from error
            if len(content) > most:
                raise LimitError(
                    f"{self._folder.shown(path)} is longer than Limits.document_bytes = {most}"
                )
        if not content:
            raise ExportError(
                f"{self._folder.shown(path)} has no text: the folder is incomplete, copy all of it"
            )
        try:
            return content.decode().replace("\r", "").replace("\n", "")
        except UnicodeDecodeError as error:
            raise ExportError(f"{self._folder.shown(path)} is damaged: no text") from error

    def part(self, *names: str) -> SavedStage:
        """Return the model in a folder below (``part("bestModel")``).

        Raises ExportError where there is none.
        """
        path = self._path
        for name in names:
            path = joined(path, name)
        return _stage(self._folder, path, 0)


def read_saved(source: str | os.PathLike[str], limits: Limits | None = None) -> SavedStage:
    """Read what Spark saved, from its folder or from a zip of it.

    Nothing in it is executed, and no file is written.

    Raises ExportError where it is no saved model or not all of it is there.
    """
    return _stage(opened(source, limits or Limits()), "", 0)


@contextmanager
def saved(model: Any, limits: Limits | None = None) -> Iterator[SavedStage]:
    """Give a model as saved: that of a path, or a live model of PySpark (classic or Connect), which
    is saved to a temporary folder that is removed at the end.

    Raises ExportError as `read_saved`, and where Spark cannot save the model or saves it on
    another machine.
    """
    if isinstance(model, str | os.PathLike):
        yield read_saved(model, limits)
        return
    if "pyspark.ml.base.Estimator" in _ancestors(model):
        raise ExportError(f"{type(model).__name__} is not fitted: give the result of its fit")
    if not is_live(model):
        raise ExportError(
            f"{type(model).__name__} is neither a fitted model of Spark ML nor the path of one"
        )
    # Under Connect the server may run as another user: what it wrote there it may keep.
    with tempfile.TemporaryDirectory(prefix="pmmlkit-", ignore_cleanup_errors=True) as folder:
        target = Path(folder, "model")
        _save(model, target)
        if not target.is_dir():
            raise ExportError(
                "Spark saved the model on another machine: save it where this one can read it, "
                "and give its path"
            )
        yield read_saved(target, limits)


def is_live(model: Any) -> bool:
    """Return whether an object is a fitted model or a transformer of Spark ML."""
    return "pyspark.ml.base.Transformer" in _ancestors(model)


def _save(model: Any, target: Path) -> None:
    if not hasattr(model, "write"):
        raise ExportError(f"{type(model).__name__} cannot be saved: Spark has no writer for it")
    try:
        model.write().overwrite().save(target.as_uri())
    except PmmlError:
        raise
    except Exception as error:
        reason = str(error).strip().partition("\n")[0][:300]
        raise ExportError(
            f"Spark cannot save this {type(model).__name__}: {reason or type(error).__name__}"
        ) from error


def _ancestors(model: Any) -> set[str]:
    return {f"{kind.__module__}.{kind.__qualname__}" for kind in type(model).__mro__}


def _stage(folder: Folder, path: str, depth: int) -> SavedStage:
    most = folder.limits.model_depth
    if depth > most:
        raise ExportError(f"{folder.title} nests pipelines beyond Limits.model_depth = {most}")
    metadata = metadata_of(folder, path)
    given, defaults = metadata["paramMap"], metadata["defaultParamMap"]
    return SavedStage(
        class_name=normal_name(metadata["class"]),
        uid=metadata["uid"],
        params={name: decoded(name, value) for name, value in {**defaults, **given}.items()},
        given=frozenset(given),
        version=metadata["sparkVersion"],
        metadata={name: value for name, value in metadata.items() if name not in _OWN},
        stages=tuple(
            _stage(folder, stage, depth + 1)
            for stage in _stage_paths(folder, path, given.get("stageUids"))
        ),
        _folder=folder,
        _path=path,
    )


def _stage_paths(folder: Folder, path: str, uids: Any) -> list[str]:
    if uids is None:
        return []
    if not isinstance(uids, list) or not all(isinstance(uid, str) for uid in uids):
        raise ExportError(f"{folder.shown(path)}: stageUids are not a list of names")
    stages = joined(path, "stages")
    # The position is padded with zeros, to the digits of the number of stages.
    found: dict[tuple[int, str], str] = {}
    for name in folder.folders(stages):
        position, _, uid = name.partition("_")
        if position.isdecimal() and len(position) < 10:
            found[int(position), uid] = joined(stages, name)
    for key in enumerate(uids):
        if key not in found:
            raise ExportError(
                f"{folder.shown(stages)} lacks stage {key[0]}, {key[1]}: the folder is incomplete, "
                "copy all of it"
            )
    return [found[key] for key in enumerate(uids)]


def _numbered(name: str) -> tuple[str, int, str]:
    stem, _, number = name.rpartition("_")
    return (stem, int(number), "") if number.isdecimal() and len(number) < 10 else (name, -1, "")

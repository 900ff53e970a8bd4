"""Which function reads a stage of which class, and in which order stages are read."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Final

from pmmlkit.errors import ExportError
from pmmlkit.exporters.spark.flow import Flow
from pmmlkit.exporters.spark.saved import SavedStage

__all__ = ["MODULES", "REFUSED", "Reader", "follow", "known_stages", "reads"]

Reader = Callable[[SavedStage, Flow], None]
"""Takes a stage, reads its input columns off the flow and puts its output columns there."""

MODULES: Final = (
    "structure",
    "labels",
    "assembling",
    "linear",
    "trees.models",
    "trees.xgboost",
    "trees.lightgbm",
    "formula",
    "texts",
    "binning",
    "categories",
    "choosing",
    "interactions",
    "projecting",
    "scaling",
    "generalized_linear",
    "isotonic",
    "factorization",
    "perceptron",
    "naive_bayes",
    "one_against_rest",
    "clustering",
    "mixture",
    "association",
    "sql.transformer",
)
"""The modules of this package with readers."""

SPARK: Final = "org.apache.spark.ml."

_READERS: Final[dict[str, Reader]] = {}

_TOPICS: Final = (
    "the shares of its topics come from an iteration that starts at random numbers and ends when "
    "they stay the same, for which PMML has no model"
)

_HASHES: Final = (
    "its hashes are an array of vectors, for the joins of tables by likeness: PMML has no value "
    "for them, and no model reads them"
)

REFUSED: Final[dict[str, str]] = {
    "org.apache.spark.ml.feature.FeatureHasher": (
        "it places each value by a hash, and PMML has no hash functions: fit a StringIndexer and a "
        "OneHotEncoder, whose categories are known"
    ),
    "org.apache.spark.ml.feature.BucketedRandomProjectionLSHModel": _HASHES,
    "org.apache.spark.ml.feature.MinHashLSHModel": _HASHES,
    "org.apache.spark.ml.feature.HashingTF": (
        "it counts all words by a hash, and PMML has no hash functions: fit a CountVectorizer, "
        "whose terms are known"
    ),
    "org.apache.spark.ml.clustering.LocalLDAModel": _TOPICS,
    "org.apache.spark.ml.clustering.DistributedLDAModel": _TOPICS,
    "org.apache.spark.ml.recommendation.ALSModel": (
        "it holds numbers for the users and items that it was fitted on, and the product of two of "
        "their vectors is looked up, not computed from features: join the tables of its factors"
    ),
    "org.apache.spark.ml.clustering.PowerIterationClustering": (
        "it assigns the rows that it is given to clusters, and has no model for others"
    ),
    "org.apache.spark.ml.fpm.PrefixSpan": (
        "it lists the sequences that are frequent in the rows that it is given, and predicts "
        "nothing of a row"
    ),
}
"""Why a class is not exported, by its name."""


def reads(*names: str) -> Callable[[Reader], Reader]:
    """Register a function as the reader of these classes: names below ``org.apache.spark.ml``, such
    as ``feature.StringIndexerModel``, or whole names of other packages.
    """

    def register(reader: Reader) -> Reader:
        for name in names:
            _READERS[_whole(name)] = reader
        return reader

    return register


def _whole(name: str) -> str:
    return name if name.startswith(("com.", "ml.", "org.", "xgboost.")) else SPARK + name


@cache
def known_stages() -> tuple[str, ...]:
    """Return the names of all classes that have a reader, sorted."""
    for module in MODULES:
        import_module(f"pmmlkit.exporters.spark.{module}")
    return tuple(sorted(_READERS))


def follow(stage: SavedStage, flow: Flow) -> None:
    """Read a stage. Raises ExportError, saying which stage it was."""
    known_stages()
    reader = _READERS.get(stage.class_name)
    if reader is None:
        raise ExportError(_unknown(stage))
    try:
        reader(stage, flow)
    except ExportError as error:
        if getattr(error, "placed", False):
            raise
        placed = ExportError(f"{error.message} (in stage {stage.uid})")
        placed.placed = True  # type: ignore[attr-defined]  # told once, where it is innermost
        raise placed from error


def _unknown(stage: SavedStage) -> str:
    reason = REFUSED.get(stage.class_name)
    if reason is not None:
        return f"{stage.name} ({stage.uid}) cannot be exported: {reason}"
    trained = f"{stage.class_name}Model"
    if trained in _READERS:
        return f"{stage.name} ({stage.uid}) is not fitted: export the model that fit returns"
    return (
        f"there is no reader for {stage.class_name} ({stage.uid}): what it does to its columns is "
        "not known here. Export the pipeline without it, and do its work before"
    )

"""What Spark saves: folders of JSON and Parquet, read without Spark and without Java."""

from pmmlkit.exporters.spark.saved.stage import SavedStage, is_live, read_saved, saved
from pmmlkit.exporters.spark.saved.values import matrix, vector

__all__ = ["SavedStage", "is_live", "matrix", "read_saved", "saved", "vector"]

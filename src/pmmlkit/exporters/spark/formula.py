"""RFormula: the pipeline that it has made, and the stages that only it makes."""

from __future__ import annotations

from pmmlkit.exporters.features import as_number
from pmmlkit.exporters.spark.flow import Flow, Scalar
from pmmlkit.exporters.spark.saved import SavedStage
from pmmlkit.exporters.spark.stages import follow, reads

__all__ = ["column_pruner", "r_formula_model", "vector_attribute_rewriter"]


@reads("feature.RFormulaModel")
def r_formula_model(stage: SavedStage, flow: Flow) -> None:
    """Read the stages of its pipeline, and the label: a text's position that a StringIndexer gives
    it, or a number as it is. The label is no result, and rows need not have it.
    """
    label = str(stage.params.get("labelCol") or "label")
    follow(stage.part("pipelineModel"), flow)
    flow.made[:] = [name for name in flow.made if name != label]
    source = _label_of(stage)
    if label not in flow.columns and source and (not flow.fields or source in flow.fields):
        column = flow.column(source)
        if isinstance(column, Scalar):
            flow.columns[label] = Scalar(as_number(column.feature), label=column.feature)


def _label_of(stage: SavedStage) -> str:
    """Return the column that the formula explains; "" for a formula without."""
    (label,) = stage.table().column("label").to_pylist()
    return str(label or "")


@reads("feature.ColumnPruner")
def column_pruner(stage: SavedStage, flow: Flow) -> None:
    """Leave columns out of the results."""
    (names,) = stage.table().column("columnsToPrune").to_pylist()
    flow.made[:] = [name for name in flow.made if name not in names]


@reads("feature.VectorAttributeRewriter")
def vector_attribute_rewriter(stage: SavedStage, flow: Flow) -> None:
    """Pass: it names elements of a vector anew, and changes none."""

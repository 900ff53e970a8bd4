"""Rules for what is compared by distances. Specification: chapters Clustering, Nearest Neighbors,
Gaussian Process.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from pmmlkit.language.models.clustering import ClusteringField, ClusteringModel
from pmmlkit.language.models.nearest_neighbor import KNNInput, NearestNeighborModel
from pmmlkit.language.models.proximity import (
    BinarySimilarity,
    ComparisonMeasure,
    Jaccard,
    SimpleMatching,
    Tanimoto,
)
from pmmlkit.language.training_instances import InstanceField, TrainingInstances
from pmmlkit.validation.rules.array_items import array_texts
from pmmlkit.validation.rules.facts import Facts
from pmmlkit.validation.rules.rule import Found, rule

__all__ = ["RULES"]

_SIMILARITIES: Final = (BinarySimilarity, Jaccard, SimpleMatching, Tanimoto)

_CLUSTERS: Final = """
<ClusteringModel modelClass="centerBased" functionName="clustering" numberOfClusters="2">
  <MiningSchema><MiningField name="x"/><MiningField name="n"/></MiningSchema>
  <ComparisonMeasure kind="{kind}">{measure}</ComparisonMeasure>
  <ClusteringField field="x"/><ClusteringField field="n"{weight}/>
  <Cluster id="1"><Array n="2" type="real">0 0</Array></Cluster>
  <Cluster id="2"><Array n="2" type="real">{second}</Array></Cluster>
</ClusteringModel>"""


def _clusters(
    kind: str = "distance",
    measure: str = "<squaredEuclidean/>",
    weight: str = "",
    second: str = "1 1",
) -> str:
    return _CLUSTERS.format(kind=kind, measure=measure, weight=weight, second=second)


@rule(
    "PMML381",
    "warning",
    "Two clusters have the same center",
    "A row is as far from the one as from the other, so the later one never gets a row.",
    bad=_clusters(second="0 0"),
    good=_clusters(),
    on=ClusteringModel,
)
def same_center(model: ClusteringModel, facts: Facts) -> Iterator[Found]:
    if model.model_class != "centerBased":
        return
    known: set[tuple[str, ...]] = set()
    for item in model.clusters:
        center = array_texts(item.array)
        if center is None:
            continue
        if center in known:
            yield item, "a cluster before it has the same center"
        known.add(center)


@rule(
    "PMML382",
    "info",
    "A field of weight 0 is compared",
    "What a field adds is multiplied by its fieldWeight: with 0 it has no effect, but whoever "
    "scores still has to supply it.",
    bad=_clusters(weight=' fieldWeight="0"'),
    good=_clusters(weight=' fieldWeight="0.5"'),
    on=(ClusteringField, KNNInput),
)
def no_weight(item: ClusteringField | KNNInput, facts: Facts) -> Iterator[Found]:
    is_compared = isinstance(item, KNNInput) or item.is_center_field != "false"
    if item.field_weight == 0 and is_compared:
        yield item, f"the weight of {item.field!r} is 0"


@rule(
    "PMML383",
    "warning",
    "The weight of a field is negative",
    "With a negative fieldWeight a row counts as nearer the more it differs in the field.",
    bad=_clusters(weight=' fieldWeight="-1"'),
    good=_clusters(weight=' fieldWeight="1"'),
    on=(ClusteringField, KNNInput),
)
def negative_weight(item: ClusteringField | KNNInput, facts: Facts) -> Iterator[Found]:
    if item.field_weight < 0:
        yield item, f"the weight of {item.field!r} is {item.field_weight:g}"


@rule(
    "PMML384",
    "warning",
    "The kind of a measure does not fit the measure",
    "kind says whether small values are near (distance) or large ones (similarity). euclidean, "
    "squaredEuclidean, chebychev, cityBlock and minkowski of differences are distances; "
    "simpleMatching, jaccard, tanimoto and binarySimilarity are similarities. With the wrong kind "
    "a row is given to what it is least like.",
    bad=_clusters(kind="similarity"),
    good=_clusters(kind="distance"),
    on=ComparisonMeasure,
)
def wrong_kind(item: ComparisonMeasure, facts: Facts) -> Iterator[Found]:
    is_similarity = isinstance(item.measure, _SIMILARITIES)
    if is_similarity and item.kind == "distance":
        yield item, f"{item.measure.tag} is a similarity, not a distance"
    elif not is_similarity and item.kind == "similarity" and _differs(item, facts):
        yield item, f"{item.measure.tag} is a distance, not a similarity"


def _differs(item: ComparisonMeasure, facts: Facts) -> bool:
    """Tell whether all fields are compared by functions that are 0 for equal values."""
    model = facts.parent(item)
    fields: tuple[ClusteringField | KNNInput, ...] = ()
    if isinstance(model, ClusteringModel):
        fields = model.clustering_fields
    elif isinstance(model, NearestNeighborModel):
        fields = model.knn_inputs.knn_inputs
    functions = {field.compare_function or item.compare_function for field in fields}
    return bool(functions) and functions <= {"absDiff", "delta"}


_NEIGHBORS: Final = """
<NearestNeighborModel functionName="regression" numberOfNeighbors="1"{attributes}>
  <MiningSchema><MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema>
  <TrainingInstances{stated}>
    <InstanceFields><InstanceField field="x" column="x"/>{field}
      <InstanceField field="y" column="y"/></InstanceFields>
    <InlineTable><row><id>1</id><x>0</x><y>5</y></row>
      <row><id>{second}</id><x>1</x><y>6</y></row></InlineTable>
  </TrainingInstances>
  <ComparisonMeasure kind="distance"><euclidean/></ComparisonMeasure>
  <KNNInputs><KNNInput field="x"/></KNNInputs>
</NearestNeighborModel>"""


def _neighbors(attributes: str = "", stated: str = "", field: str = "", second: int = 2) -> str:
    return _NEIGHBORS.format(attributes=attributes, stated=stated, field=field, second=second)


_ID: Final = {
    "attributes": ' instanceIdVariable="id"',
    "field": '<InstanceField field="id" column="id"/>',
}


def _instance_fields(model: NearestNeighborModel) -> tuple[InstanceField, ...]:
    return model.training_instances.instance_fields.instance_fields


@rule(
    "PMML386",
    "warning",
    "Two training instances have the same id",
    "The values of the instanceIdVariable tell the neighbours apart in the results entityId and "
    "affinity.",
    bad=_neighbors(**_ID, second=1),
    good=_neighbors(**_ID, second=2),
    on=NearestNeighborModel,
)
def same_id(model: NearestNeighborModel, facts: Facts) -> Iterator[Found]:
    instances, name = model.training_instances, model.instance_id_variable
    if name is None or instances.inline_table is None:
        return
    columns = {item.field: item.column or item.field for item in _instance_fields(model)}
    ids = instances.inline_table.rows.column(columns.get(name, name))
    for text, count in Counter(ids or ()).items():
        if count > 1 and text is not None:
            yield instances, f"{count} instances have the id {text!r:.80}"


@rule(
    "PMML387",
    "info",
    "A field of the training instances is not used",
    "The InstanceField is neither compared nor a target nor the id; the table could do without its "
    "column.",
    bad=_neighbors(field=_ID["field"]),
    good=_neighbors(),
    on=NearestNeighborModel,
)
def unused_field(model: NearestNeighborModel, facts: Facts) -> Iterator[Found]:
    used = {item.field for item in model.knn_inputs.knn_inputs}
    used.update(item.name for item in model.mining_schema.mining_fields if item.is_target)
    used.add(model.instance_id_variable or "")
    # What is compared may be derived from fields of the table.
    if not used <= {item.field for item in _instance_fields(model)} | {""}:
        return
    for item in _instance_fields(model):
        if item.field not in used:
            yield item, f"nothing uses {item.field!r}"


@rule(
    "PMML388",
    "warning",
    "The stated size of the training instances is wrong",
    "recordCount and fieldCount, where they are given, are the numbers of rows and of "
    "InstanceFields; a table that lost rows on its way predicts something else.",
    bad=_neighbors(stated=' recordCount="3"'),
    good=_neighbors(stated=' recordCount="2" fieldCount="2"'),
    on=TrainingInstances,
)
def wrong_size(item: TrainingInstances, facts: Facts) -> Iterator[Found]:
    if item.inline_table is None:
        return
    rows, fields = len(item.inline_table.rows), len(item.instance_fields.instance_fields)
    for name, stated, found in (
        ("recordCount", item.record_count, rows),
        ("fieldCount", item.field_count, fields),
    ):
        if stated is not None and stated != found:
            yield item, f"{name} is {stated}, there are {found}"


RULES: Final = (
    same_center,
    no_weight,
    negative_weight,
    wrong_kind,
    same_id,
    unused_field,
    wrong_size,
)

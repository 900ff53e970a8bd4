"""What stages of features make of their parameters, told without Spark."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from pmmlkit.errors import ExportError
from pmmlkit.exporters.features import (
    ConstantFeature,
    InputField,
    Lookup,
    Product,
    Replaced,
    data_type_of,
    may_be_missing,
    name_of,
)
from pmmlkit.exporters.spark.flow import Flow, Scalar, Vector
from pmmlkit.exporters.spark.saved import SavedStage
from pmmlkit.exporters.spark.schema import fields_of
from pmmlkit.exporters.spark.stages import follow

pyarrow = pytest.importorskip("pyarrow")

COLUMNS = {"x": "double", "y": "double", "z": "double", "n": "integer", "city": "string"}


class Stored(SavedStage):
    """A stage whose data is given."""

    rows: tuple[dict[str, Any], ...] = ()

    def table(self, part: str = "data") -> Any:
        return pyarrow.Table.from_pylist(list(self.rows))


def stage(name: str, *rows: dict[str, Any], version: str = "4.3.0", **params: Any) -> SavedStage:
    made = Stored(
        f"org.apache.spark.ml.feature.{name}",
        f"{name}_1",
        params,
        frozenset(params),
        version,
        {},
        (),
        None,  # type: ignore[arg-type]  # no folder is read
        "",
    )
    object.__setattr__(made, "rows", rows)
    return made


def assembled(*names: str, **params: Any) -> SavedStage:
    return stage("VectorAssembler", inputCols=list(names), outputCol="v", **params)


def indexed(*labels: str, **params: Any) -> SavedStage:
    return stage(
        "StringIndexerModel",
        {"labelsArray": [list(labels)]},
        inputCol="city",
        outputCol="index",
        **params,
    )


def flow_of(*stages: SavedStage) -> Flow:
    flow = Flow(fields_of(COLUMNS))
    for each in stages:
        follow(each, flow)
    return flow


def vector(flow: Flow, name: str) -> Vector:
    column = flow.column(name)
    assert isinstance(column, Vector)
    return column


def lookups(flow: Flow, name: str) -> list[Lookup]:
    found = [it for it in vector(flow, name).features if isinstance(it, Lookup)]
    assert len(found) == len(vector(flow, name).features)
    return found


def test_order_of_powers() -> None:
    flow = flow_of(
        assembled("x", "y"), stage("PolynomialExpansion", inputCol="v", outputCol="p", degree=2)
    )
    assert [name_of(it) for it in vector(flow, "p").features] == ["x", "x^2", "y", "x y", "y^2"]


def test_order_of_interaction() -> None:
    flow = flow_of(
        assembled("x", "y"),
        stage("Interaction", inputCols=["v", "n", "z"], outputCol="p"),
        stage("Interaction", inputCols=["x", "v"], outputCol="q"),
    )
    assert [name_of(it) for it in vector(flow, "p").features] == ["x n z", "y n z"]
    x, xy = vector(flow, "q").features
    assert isinstance(x, Product)
    assert name_of(x) == "x^2"
    assert name_of(xy) == "x y"


def test_interaction_of_indices() -> None:
    flow = flow_of(
        indexed("Rome", "Oslo"), stage("Interaction", inputCols=["index", "x"], outputCol="p")
    )
    assert [name_of(it) for it in vector(flow, "p").features] == ["city=Rome x", "city=Oslo x"]


def test_one_hot_reads_the_city() -> None:
    hot = stage(
        "OneHotEncoderModel", {"categorySizes": [3]}, inputCol="index", outputCol="v", dropLast=True
    )
    found = lookups(flow_of(indexed("Rome", "Oslo", "Lima"), hot), "v")
    assert [it.table for it in found] == [(("Rome", 1.0),), (("Oslo", 1.0),)]
    assert all(it.is_indicator and it.unknown_refused and it.missing_refused for it in found)
    assert {it.source for it in found} == {InputField("city", "string")}


def test_one_hot_of_unknown() -> None:
    hot = stage(
        "OneHotEncoderModel",
        {"categorySizes": [3]},
        inputCol="index",
        outputCol="v",
        dropLast=False,
    )
    *known, unknown = lookups(flow_of(indexed("Rome", "Oslo", handleInvalid="keep"), hot), "v")
    assert [it.table for it in known] == [(("Rome", 1.0),), (("Oslo", 1.0),)]
    assert (unknown.missing, unknown.otherwise) == (1.0, 1.0)
    assert unknown.table == (("Rome", 0.0), ("Oslo", 0.0))
    assert not any(it.unknown_refused or it.missing_refused for it in (*known, unknown))


def test_one_hot_does_not_swell() -> None:
    labels = [f"city {at}" for at in range(5000)]
    hot = stage("OneHotEncoderModel", {"categorySizes": [5000]}, inputCol="index", outputCol="v")
    found = lookups(flow_of(indexed(*labels), hot), "v")
    assert len(found) == 4999
    assert sum(len(it.table) for it in found) == 4999
    assert len({id(it.known) for it in found}) == 1


CUT: dict[str, Any] = {"inputCol": "x", "outputCol": "bin", "splits": [-math.inf, 0.0, math.inf]}


@pytest.mark.parametrize("keeps_bin", [False, True])
@pytest.mark.parametrize("keeps", [False, True])
def test_one_hot_of_buckets(keeps_bin: bool, keeps: bool) -> None:
    cut = stage("Bucketizer", **CUT, handleInvalid="keep" if keeps_bin else "error")
    hot = stage(
        "OneHotEncoderModel",
        {"categorySizes": [2]},
        inputCol="bin",
        outputCol="v",
        dropLast=False,
        handleInvalid="keep" if keeps else "error",
    )
    found = lookups(flow_of(cut, hot), "v")
    assert len(found) == 2 + keeps
    assert {data_type_of(it.source) for it in found} == {"integer"}
    assert not any(it.missing_refused or it.unknown_refused for it in found)
    # where Spark fails there is no result
    assert [math.isnan(it.missing) for it in found[:2]] == [not (keeps or keeps_bin)] * 2
    assert [math.isnan(it.otherwise) for it in found[:2]] == [keeps_bin and not keeps] * 2
    assert dict(found[0].table)[0] == 1.0
    if keeps:
        assert (found[2].otherwise, found[2].missing) == (1.0, 1.0)


@pytest.mark.parametrize("keeps", [False, True])
def test_vector_indexer(keeps: bool) -> None:
    indexer = stage(
        "VectorIndexerModel",
        {"numFeatures": 3, "categoryMaps": {"0": {"0.0": 0, "-1.0": 1, "2.0": 2}}},
        inputCol="v",
        outputCol="w",
        handleInvalid="keep" if keeps else "error",
    )
    flow = flow_of(assembled("n", "x", "y"), indexer)
    first, *others = vector(flow, "w").features
    assert others == [InputField("x", "double"), InputField("y", "double")]
    assert isinstance(first, Lookup)
    assert first.table == ((0, 0.0), (-1, 1.0), (2, 2.0))
    assert first.otherwise == first.missing == 3.0 or not keeps
    assert (first.unknown_refused, first.missing_refused) == (not keeps, not keeps)
    assert flow.counts[first] == 3 + keeps
    assert vector(flow, "w").names == ("n", "x", "y")


@pytest.mark.parametrize(
    ("column", "marker", "value"), [("x", 5.0, 2.75), ("n", 5.0, 2), ("n", 5.5, 2)]
)
def test_marker_of_imputer(column: str, marker: float, value: float) -> None:
    imputer = stage(
        "ImputerModel",
        {column: 2.75},
        inputCols=[column],
        outputCols=["full"],
        missingValue=marker,
    )
    found = flow_of(imputer).scalar("full").feature
    assert isinstance(found, Replaced)
    assert (found.value, found.marker) == (value, None)
    assert isinstance(found.source, Replaced) == (marker == 5.0)
    assert not may_be_missing(found)


def test_one_hot_of_old_releases() -> None:
    old = stage("OneHotEncoder", version="2.4.8", inputCol="index", outputCol="v", dropLast=True)
    assert len(lookups(flow_of(indexed("Rome", "Oslo"), old), "v")) == 1
    with pytest.raises(ExportError, match="counts the categories of column 'n' in the data"):
        flow_of(replace(old, params={"inputCol": "n", "outputCol": "v"}))
    with pytest.raises(ExportError, match="not fitted"):
        flow_of(indexed("Rome"), replace(old, version="4.3.0"))


def test_labels_of_a_number() -> None:
    indexer = stage(
        "StringIndexerModel",
        {"labelsArray": [["1.5", "NaN"]]},
        inputCol="x",
        outputCol="index",
    )
    column = flow_of(indexer).scalar("index")
    assert isinstance(column.feature, Lookup)
    assert column.feature.table == ((1.5, 0.0),)
    assert column.feature.missing == 1.0
    assert (column.feature.unknown_refused, column.feature.missing_refused) == (True, False)


def test_labels_of_buckets() -> None:
    cut = stage("Bucketizer", inputCol="x", outputCol="bin", splits=[0.0, 1.0, 2.0])
    indexer = stage(
        "StringIndexerModel",
        {"labelsArray": [["1.0", "0.0"]]},
        inputCol="bin",
        outputCol="index",
    )
    feature = flow_of(cut, indexer).scalar("index").feature
    assert isinstance(feature, Lookup)
    assert feature.table == ((1, 0.0), (0, 1.0))


def test_what_does_not_vary() -> None:
    def dense(*numbers: float) -> dict[str, Any]:
        return {"type": 1, "size": None, "indices": None, "values": list(numbers)}

    flow = flow_of(
        assembled("x", "y"),
        stage(
            "MinMaxScalerModel",
            {"originalMin": dense(1.0, 4.0), "originalMax": dense(3.0, 4.0)},
            inputCol="v",
            outputCol="ranged",
            min=0.0,
            max=3.0,
        ),
        stage(
            "StandardScalerModel",
            {"std": dense(2.0, 0.0), "mean": dense(1.0, 4.0)},
            inputCol="v",
            outputCol="scaled",
            withMean=False,
            withStd=True,
        ),
    )
    assert vector(flow, "ranged").features[1] == ConstantFeature(1.5)
    assert vector(flow, "scaled").features[1] == ConstantFeature(0.0)


def test_names_of_elements() -> None:
    flow = flow_of(
        indexed("Rome", "Oslo", "Lima"),
        stage("OneHotEncoderModel", {"categorySizes": [3]}, inputCol="index", outputCol="hot"),
        stage("VectorAssembler", inputCols=["hot", "x"], outputCol="inner"),
        assembled("n", "inner"),
        stage(
            "VectorSlicer", inputCol="v", outputCol="slice", indices=[3], names=["inner_hot_Oslo"]
        ),
    )
    assert vector(flow, "v").names == ("n", "inner_hot_Rome", "inner_hot_Oslo", "inner_x")
    assert vector(flow, "slice").names == ("inner_x", "inner_hot_Oslo")


def test_names_of_a_column_of_the_input() -> None:
    named = [{"idx": 1, "name": "b"}, {"idx": 0, "name": "a"}]
    schema = {
        "type": "struct",
        "fields": [
            {
                "name": "v",
                "type": {"type": "udt", "class": "org.apache.spark.ml.linalg.VectorUDT"},
                "nullable": True,
                "metadata": {"ml_attr": {"attrs": {"numeric": named}, "num_attrs": 2}},
            }
        ],
    }
    flow = Flow(fields_of(schema))
    follow(stage("VectorSlicer", inputCol="v", outputCol="w", indices=[], names=["b"]), flow)
    assert vector(flow, "w").features == (InputField("b", "double"),)


def test_size_hint() -> None:
    flow = Flow()
    follow(stage("VectorSizeHint", inputCol="v", size=2), flow)
    assert [name_of(it) for it in vector(flow, "v").features] == ["v_0", "v_1"]
    assert flow.made == []


REFUSED = {
    "FeatureHasher": (stage("FeatureHasher"), "by a hash"),
    "MinHashLSHModel": (stage("MinHashLSHModel"), "joins of tables"),
    "BucketedRandomProjectionLSHModel": (
        stage("BucketedRandomProjectionLSHModel"),
        "joins of tables",
    ),
    "names": (
        stage("VectorSlicer", inputCol="v", outputCol="s", indices=[], names=["w"]),
        r"other names \(x, index\): choose by indices",
    ),
    "beyond": (
        stage("VectorSlicer", inputCol="v", outputCol="s", indices=[2], names=[]),
        "element 2, but the vectors have 2",
    ),
    "indices in a vector": (
        stage("Interaction", inputCols=["v", "x"], outputCol="p"),
        "dense or sparse. Pass the columns of the indices",
    ),
    "many powers": (
        stage("PolynomialExpansion", inputCol="v", outputCol="p", degree=500),
        "expand fewer elements",
    ),
    "splits": (
        stage("Bucketizer", inputCols=["x"], outputCols=["b"], splitsArray=[[0, 1, 2], [3, 4, 5]]),
        "1 columns and splits for 2",
    ),
    "sizes": (
        stage("OneHotEncoderModel", {"categorySizes": [2, 2]}, inputCol="n", outputCol="h"),
        "1 columns and sizes of 2",
    ),
    "surrogate": (
        stage("ImputerModel", {"z": 1.0}, inputCols=["x"], outputCols=["full"]),
        "nothing for column 'x'",
    ),
    "text": (stage("Binarizer", inputCol="city", outputCol="b", threshold=0.0), "number is needed"),
    "label": (
        stage(
            "StringIndexerModel", {"labelsArray": [["Rome"]]}, inputCol="n", outputCol="numbered"
        ),
        "the schema is not that of the data",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    refused, message = REFUSED[name]
    flow = flow_of(indexed("Rome", "Oslo"), assembled("x", "index"))
    with pytest.raises(ExportError, match=message):
        follow(refused, flow)


def test_nan_stays_known() -> None:
    kept = assembled("x", "y", handleInvalid="keep")
    flow = flow_of(
        kept, stage("ElementwiseProduct", inputCol="v", outputCol="w", scalingVec=[2.0, 3.0])
    )
    assert vector(flow, "w").nan
    assert not vector(flow_of(assembled("x")), "v").nan
    assert isinstance(flow.column("x"), Scalar)

"""Neighbours of many rows: as scikit-learn finds them, block by block, row by row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pmmlkit
from pmmlkit.language.models.nearest_neighbor import neighbors as kernel
from pmmlkit.language.models.nearest_neighbor.neighbors import nearest
from tests.corpus.clustering.documents import ranks
from tests.corpus.nearest_neighbor.documents import nearest_neighbor
from tests.differential.strategies.proximity import nearest_neighbor_models, rows
from tests.language.models.clustering.test_predictor import same_in_both_modes

FIELDS = {
    **{f"x{at}": "continuous double" for at in range(4)},
    "u": "continuous double",
    "t": "categorical string",
}
INPUTS = {f"x{at}": "" for at in range(4)}


def data(size: int, seed: int) -> dict[str, list[Any]]:
    random = np.random.default_rng(seed)
    table: dict[str, list[Any]] = {
        name: column.tolist()
        for name, column in zip(INPUTS, random.normal(size=(4, size)), strict=True)
    }
    table["u"] = random.normal(size=size).tolist()
    table["t"] = random.choice(["p", "q", "r"], size).tolist()
    return table


def of(table: dict[str, list[Any]]) -> np.ndarray[Any, Any]:
    return np.column_stack([table[name] for name in INPUTS])


@pytest.mark.parametrize(("metric", "p"), [("euclidean", 2), ("cityBlock", 1), ("minkowski", 3)])
@pytest.mark.parametrize("weights", ["uniform", "distance"])
def test_scikit_learn(metric: str, p: int, weights: str) -> None:
    library = pytest.importorskip("sklearn.neighbors")
    training, test = data(200, 1), data(50, 2)
    X, Z = of(training), of(test)
    name = f'{metric} p-parameter="{p}"' if metric == "minkowski" else metric
    word = "weighted" if weights == "distance" else ""
    text = nearest_neighbor(
        training,
        FIELDS,
        INPUTS,
        ["u", "t"],
        function="mixed",
        neighbors=7,
        measure=f"<{name}/>",
        model=(
            f'continuousScoringMethod="{word + "Average" if word else "average"}" '
            f'categoricalScoringMethod="{word + "MajorityVote" if word else "majorityVote"}" '
            'threshold="0"'
        ),
        output=ranks(7).replace("<OutputField ", '<OutputField targetField="u" '),
    )
    result = pmmlkit.load(text).evaluate({key: test[key] for key in INPUTS})
    regression = library.KNeighborsRegressor(7, p=p, weights=weights).fit(X, training["u"])
    np.testing.assert_allclose(result["u"], regression.predict(Z), rtol=1e-9)
    distances, positions = regression.kneighbors(Z)
    for at in range(7):
        assert np.array_equal(np.array(result[f"e{at + 1}"]).astype(int) - 1, positions[:, at])
        np.testing.assert_allclose(result[f"r{at + 1}"], distances[:, at], rtol=1e-9)
    votes = library.KNeighborsClassifier(7, p=p, weights=weights).fit(X, training["t"])
    shares = np.sort(votes.predict_proba(Z), axis=1)
    clear = shares[:, -1] - shares[:, -2] > 1e-9
    assert clear.sum() > 20
    assert np.array_equal(np.array(result["t"])[clear], votes.predict(Z)[clear])


def test_shares_of_votes_are_those_of_scikit_learn() -> None:
    library = pytest.importorskip("sklearn.neighbors")
    training, test = data(100, 3), data(30, 4)
    table = {key: values for key, values in training.items() if key != "u"}
    text = nearest_neighbor(table, FIELDS, INPUTS, ["t"], function="classification", neighbors=5)
    model = pmmlkit.load(text)
    fitted = library.KNeighborsClassifier(5).fit(of(training), training["t"])
    assert list(model.classes_) == list(fitted.classes_)
    found = model.predict_proba({key: test[key] for key in INPUTS})
    np.testing.assert_allclose(found, fitted.predict_proba(of(test)), rtol=1e-12)


def by_sorting(measures: np.ndarray[Any, Any], count: int) -> list[list[int]]:
    """Sort each row; NaN is largest."""
    found = []
    for row in measures.tolist():
        keys: Callable[[int], float] = lambda at, row=row: (  # type: ignore[misc] # noqa: E731
            float("inf") if row[at] != row[at] else row[at]
        )
        found.append(sorted(range(len(row)), key=keys)[:count])
    return found


@given(
    st.integers(1, 6).flatmap(
        lambda width: st.lists(
            st.lists(
                st.sampled_from([0.0, 1.0, 1.5, 2.0, float("inf"), float("nan")]),
                min_size=width,
                max_size=width,
            ),
            min_size=1,
            max_size=8,
        )
    ),
    st.data(),
)
def test_nearest_is_sorting(values: list[list[float]], draw: st.DataObject) -> None:
    measures = np.array(values)
    count = draw.draw(st.integers(1, measures.shape[1]))
    assert nearest(measures, count).tolist() == by_sorting(measures, count)


@pytest.mark.parametrize("size", [5, 40])
def test_blocks_change_nothing(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    training, test = data(size, 5), data(33, 6)
    # Equal rows: the order of training decides.
    for name in INPUTS:
        training[name][1] = training[name][3] = training[name][0]
        test[name][7] = training[name][0]
    text = nearest_neighbor(training, FIELDS, INPUTS, ["u"], neighbors=3, output=ranks(3))
    model = pmmlkit.load(text)
    table = {name: test[name] for name in INPUTS}
    whole = model.evaluate(table)
    assert [whole[f"e{at}"][7] for at in (1, 2, 3)] == ["1", "2", "4"]
    monkeypatch.setattr(kernel, "CELLS", 3 * size)
    parts = model.evaluate(table)
    for name in whole:
        assert list(whole[name]) == list(parts[name]), name
    for at in range(33):
        row = model.evaluate({name: values[at] for name, values in table.items()})
        assert row == {name: whole[name][at] for name in whole}


@given(nearest_neighbor_models(), rows())
def test_rows_equal_columns(text: bytes, table: dict[str, list[Any]]) -> None:
    same_in_both_modes(text, table)


@given(nearest_neighbor_models(binary=True), rows(binary=True))
def test_rows_equal_columns_of_similarities(text: bytes, table: dict[str, list[Any]]) -> None:
    same_in_both_modes(text, table)


def test_no_rows() -> None:
    text = nearest_neighbor(data(5, 1), FIELDS, INPUTS, ["u"], neighbors=2, output=ranks(2))
    result = pmmlkit.load(text).evaluate({name: np.zeros(0) for name in INPUTS})
    assert len(result["u"]) == len(result["e2"]) == 0


def test_inside_a_mining_model() -> None:
    training = data(50, 7)
    text = nearest_neighbor(
        {key: values for key, values in training.items() if key != "t"},
        FIELDS,
        INPUTS,
        ["u"],
        neighbors=3,
    ).decode()
    alone = pmmlkit.load(text.encode())
    head, _, inner = text.partition("</DataDictionary>")
    inner = inner.removesuffix("</PMML>")
    schema = inner.partition("<MiningSchema>")[2].partition("</MiningSchema>")[0]
    body = (
        f'<MiningModel functionName="regression"><MiningSchema>{schema}</MiningSchema>'
        '<Segmentation multipleModelMethod="sum">'
        + f"<Segment><True/>{inner}</Segment>" * 2
        + "</Segmentation></MiningModel>"
    )
    both = pmmlkit.load(f"{head}</DataDictionary>{body}</PMML>".encode())
    test = {key: data(20, 8)[key] for key in INPUTS}
    expected = np.array(alone.evaluate(test)["u"]) * 2
    assert list(both.evaluate(test)["u"]) == list(expected)
    row = {key: values[3] for key, values in test.items()}
    assert both.evaluate(row)["u"] == expected[3]


def test_neighbors_of_a_segment() -> None:
    training = data(50, 7)
    text = nearest_neighbor(
        {key: values for key, values in training.items() if key != "t"},
        FIELDS,
        INPUTS,
        ["u"],
        neighbors=3,
        output=ranks(3),
    ).decode()
    alone = pmmlkit.load(text.encode())
    head, _, inner = text.partition("</DataDictionary>")
    inner = inner.removesuffix("</PMML>").replace(f"<Output>{ranks(3)}</Output>", "")
    schema = inner.partition("<MiningSchema>")[2].partition("</MiningSchema>")[0]
    output = ranks(3).replace("<OutputField ", '<OutputField segmentId="s" ')
    predicate = '<SimplePredicate field="x0" operator="lessThan" value="0"/>'
    body = (
        f'<MiningModel functionName="regression"><MiningSchema>{schema}</MiningSchema>'
        f'<Output>{output}</Output><Segmentation multipleModelMethod="modelChain">'
        f'<Segment id="s">{predicate}{inner}</Segment><Segment><True/>{inner}</Segment>'
        "</Segmentation></MiningModel>"
    )
    model = pmmlkit.load(f"{head}</DataDictionary>{body}</PMML>".encode())
    test = {key: data(20, 8)[key] for key in INPUTS}
    whole, expected = model.evaluate(test), alone.evaluate(test)
    for at in range(20):
        row = model.evaluate({key: values[at] for key, values in test.items()})
        for name in ("e1", "e3", "r2"):
            found = np.ma.MaskedArray(whole[name]).tolist()[at]
            if test["x0"][at] < 0:
                assert row[name] == found == expected[name][at]
            else:
                assert row[name] is None
                assert found is None or found != found

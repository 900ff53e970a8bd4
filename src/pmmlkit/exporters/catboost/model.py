"""A CatBoost model as its JSON export says it; JSON needs no catboost to be read.

Nothing private of catboost is read: what is known of a model comes from ``save_model`` and the
public methods of the estimators, in `loading`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import ExportError
from pmmlkit.exporters.catboost.nodes import Branching, Oblivious, trees_of
from pmmlkit.exporters.catboost.questions import Element, Question
from pmmlkit.exporters.features import Category

__all__ = ["EXPONENTS", "CatBoostModel", "Ctr", "FloatColumn", "model_of"]

EXPONENTS = ("Poisson", "Tweedie")
"""Losses of which CatBoostRegressor predicts the exponential of the sum of the trees."""

NO_HASH = 2**64 - 1
"""The hash of an empty bucket of a table."""

HASH_MASK = 2**32 - 1


@dataclass(frozen=True, slots=True)
class FloatColumn:
    """A numeric feature: its column, and whether missing values are above all borders."""

    column: int
    missing_is_largest: bool


@dataclass(frozen=True, slots=True)
class Ctr:
    """A statistic of the target by categories (a counter or a target statistic).

    `hashes` (n,) are those of the combinations of categories, `counts` (n, k) what was counted.
    """

    kind: str
    elements: tuple[Element, ...]
    prior: tuple[float, float]
    shift: float
    scale: float
    target_border: int
    denominator: int
    hashes: npt.NDArray[np.uint64]
    counts: npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CatBoostModel:
    """What a model file says.

    `columns` are the names, `categorical` the columns of the categorical features. What is
    predicted has as many dimensions as there are `bias`. `hashes`: the texts of categories by their
    hashes, as far as the file knows them.
    """

    columns: tuple[str, ...]
    floats: tuple[FloatColumn, ...]
    categorical: tuple[int, ...]
    ctrs: tuple[Ctr, ...]
    trees: tuple[Oblivious | Branching, ...]
    scale: float
    bias: tuple[float, ...]
    loss: str
    classes: tuple[Category, ...]
    threshold: float
    hashes: Mapping[int, str]


def model_of(text: str | bytes, name: str = "the model") -> CatBoostModel:
    """Read a JSON model (``save_model(format="json")``).

    Raises ExportError where the text is none, or the model has text or embedding features.
    """
    try:
        raw = json.loads(text)
        _refuse_others(raw, name)
        return _model(raw)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise ExportError(
            f"{name} is no CatBoost model in JSON (save_model(..., format='json')): "
            f"{type(error).__name__}: {error}"
        ) from error


def _refuse_others(raw: Mapping[str, Any], name: str) -> None:
    features = raw["features_info"]
    for kind in ("text", "embedding"):
        if features.get(f"{kind}_features"):
            raise ExportError(
                f"{name} has {kind} features, which CatBoost makes numbers of in ways that PMML "
                "cannot state: train it without them, or encode them before"
            )


def _model(raw: Mapping[str, Any]) -> CatBoostModel:
    features = raw["features_info"]
    floats = features.get("float_features") or []
    categorical = features.get("categorical_features") or []
    ctrs = features.get("ctrs") or []
    scale, bias = raw["scale_and_bias"]
    bias = tuple(map(float, bias if isinstance(bias, list) else [bias]))
    info = raw.get("model_info", {})
    tables = raw.get("ctr_data") or {}
    _refuse_ambiguous(info, ctrs)
    hashes = {
        int(item["hash"]) & HASH_MASK: str(item["value"])
        for item in features.get("cat_features_hash") or []
    }
    return CatBoostModel(
        columns=_columns([*floats, *categorical]),
        floats=tuple(
            FloatColumn(it["flat_feature_index"], it.get("nan_value_treatment") == "AsTrue")
            for it in floats
        ),
        categorical=tuple(it["flat_feature_index"] for it in categorical),
        ctrs=tuple(_ctr(it, tables) for it in ctrs),
        trees=trees_of(raw, _questions(floats, categorical, ctrs), len(bias)),
        scale=float(scale),
        bias=bias,
        loss=str(info.get("params", {}).get("loss_function", {}).get("type", "")),
        classes=_classes(info),
        threshold=float(info.get("binclass_probability_threshold", 0.5)),
        hashes=hashes,
    )


def _columns(features: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return the names of all columns; those without a name of their own are x1, x2 ..."""
    count = len(features)
    if sorted(it["flat_feature_index"] for it in features) != list(range(count)):
        raise ValueError("the features are not numbered as columns")
    names = [f"x{number}" for number in range(1, count + 1)]
    for it in features:
        at = it["flat_feature_index"]
        name = str(it.get("feature_name") or it.get("feature_id") or "")
        if name and name != str(at):
            names[at] = name
    return tuple(names)


def _questions(
    floats: Sequence[Mapping[str, Any]],
    categorical: Sequence[Mapping[str, Any]],
    ctrs: Sequence[Mapping[str, Any]],
) -> tuple[Question, ...]:
    """Return what the splits ask, in the order in which CatBoost numbers all possible splits."""
    found = [
        Question("float", number)
        for number, feature in enumerate(floats)
        for _ in feature["borders"]
    ]
    found += [
        Question("one_hot", number, int(value) & HASH_MASK)
        for number, feature in enumerate(categorical)
        for value in feature.get("values") or []
    ]
    found += [
        Question("ctr", number) for number, feature in enumerate(ctrs) for _ in feature["borders"]
    ]
    return tuple(found)


def _ctr(raw: Mapping[str, Any], tables: Mapping[str, Any]) -> Ctr:
    table = tables[raw["identifier"]]
    width = int(table["hash_stride"])
    cells = table["hash_map"]
    rows = [
        cells[at : at + width] for at in range(0, len(cells), width) if int(cells[at]) != NO_HASH
    ]
    return Ctr(
        kind=raw["ctr_type"],
        elements=tuple(map(_element, raw["elements"])),
        prior=(float(raw["prior_numerator"]), float(raw["prior_denomerator"])),
        shift=float(raw["shift"]),
        scale=float(raw["scale"]),
        target_border=int(raw["target_border_idx"]),
        denominator=int(table.get("counter_denominator", 0)),
        hashes=np.array([int(row[0]) for row in rows], np.uint64),
        counts=np.array([row[1:] for row in rows], np.float64).reshape(len(rows), width - 1),
    )


def _element(raw: Mapping[str, Any]) -> Element:
    kind = raw["combination_element"]
    if kind == "float_feature":
        return Element(Question("float", raw["float_feature_index"]), float(raw["border"]))
    if kind == "cat_feature_exact_value":
        value = int(raw["value"]) & HASH_MASK
        return Element(Question("one_hot", raw["cat_feature_index"], value))
    return Element(Question("category", raw["cat_feature_index"]))


def _refuse_ambiguous(info: Mapping[str, Any], ctrs: Sequence[Mapping[str, Any]]) -> None:
    """Raise where the tables of statistics, which JSON names by kind and columns, are not told
    apart.
    """
    if not ctrs:
        return
    settings = info.get("params", {}).get("cat_feature_params", {})
    described = [*settings.get("simple_ctrs", []), *settings.get("combinations_ctrs", [])]
    for several in settings.get("per_feature_ctrs", {}).values():
        described += several
    by_kind: dict[str, set[str]] = {}
    for item in described:
        cut = json.dumps(item.get("target_binarization"), sort_keys=True)
        by_kind.setdefault(item["ctr_type"], set()).add(cut)
    for kind, cuts in by_kind.items():
        if len(cuts) > 1:
            raise ExportError(
                f"the statistics of kind {kind} divide the target in different ways, which the "
                "model's JSON does not tell apart: give simple_ctr and combinations_ctr the same "
                "TargetBorderCount"
            )


def _classes(info: Mapping[str, Any]) -> tuple[Category, ...]:
    described = info.get("class_params") or {}
    names = described.get("class_names") or []
    if names:
        return tuple(names)
    return tuple(int(label) for label in described.get("class_to_label") or [])

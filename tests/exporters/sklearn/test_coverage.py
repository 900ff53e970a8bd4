"""Every class of scikit-learn is exported, or refused with a reason."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

import pytest

pytest.importorskip("sklearn")

from sklearn.utils import all_estimators

from pmmlkit.exporters.registry import public_names, registry
from pmmlkit.exporters.sklearn.refused import REFUSED

CLASSES: dict[str, Any] = dict(all_estimators())


def _is_known(kind: type, names: set[str]) -> bool:
    return not names.isdisjoint(public_names(kind))


@pytest.mark.parametrize("name", CLASSES)
def test_class_is_exported_or_refused(name: str) -> None:
    kind = CLASSES[name]
    exported = _is_known(kind, set(registry().names()))
    refused = _is_known(kind, set(REFUSED))
    assert exported or refused, f"{kind.__module__}.{name} is neither exported nor refused"
    assert not (exported and refused), f"{kind.__module__}.{name} is exported and refused"


@pytest.mark.parametrize("name", REFUSED)
def test_reason_is_a_sentence(name: str) -> None:
    reason = REFUSED[name]
    assert len(reason.split()) >= 6
    assert not reason.endswith(".")


def test_refused_classes_exist() -> None:
    known = {name for kind in CLASSES.values() for name in public_names(kind)}
    # image patches are no estimator in the eyes of all_estimators
    unlisted = {"sklearn.feature_extraction.image.PatchExtractor"}
    if tuple(map(int, version("scikit-learn").split(".")[:2])) < (1, 8):
        unlisted.add("sklearn.manifold.ClassicalMDS")
    assert set(REFUSED) - known <= unlisted

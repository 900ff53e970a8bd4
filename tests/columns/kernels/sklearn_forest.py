"""Forests of scikit-learn as diagrams, for tests and benchmarks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from pmmlkit.columns.kernels import Forest


def diagram_of(trees: Iterable[Any], payload: Callable[[Any], Any]) -> tuple[Forest, Any]:
    """Return the float32 forest of fitted trees, and a payload per answer (leaf)."""
    parts: dict[str, list[Any]] = {
        name: [] for name in ("feature", "threshold", "on_true", "on_false")
    }
    roots, payloads = [], []
    tests = answers = 0
    for tree in trees:
        leaf = tree.children_left < 0
        entry = np.where(leaf, ~(np.cumsum(leaf) - 1 + answers), np.cumsum(~leaf) - 1 + tests)
        roots.append(entry[0])
        parts["feature"].append(tree.feature[~leaf])
        parts["threshold"].append(at_most(tree.threshold[~leaf]))
        parts["on_true"].append(entry[tree.children_left[~leaf]])
        parts["on_false"].append(entry[tree.children_right[~leaf]])
        payloads.append(payload(tree)[leaf])
        tests, answers = tests + int((~leaf).sum()), answers + int(leaf.sum())
    arrays = {name: np.concatenate(part) for name, part in parts.items()}
    forest = Forest(**arrays, on_missing=arrays["on_false"], roots=np.array(roots), answers=answers)
    return forest, np.concatenate(payloads)


def at_most(threshold: Any) -> Any:
    """Return the largest float32 that is at most each double: no float32 changes sides."""
    single = threshold.astype(np.float32)
    return np.where(single > threshold, np.nextafter(single, np.float32(-np.inf)), single)

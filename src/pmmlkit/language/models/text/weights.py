"""From frequencies of terms to weights. Specification: Text Models, normalization.

The local weights are those of TextIndex; the logarithms of the global ones are natural.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["LOCAL_WEIGHTS", "global_weights", "local_weights", "norms"]

Doubles = npt.NDArray[np.float64]

LOCAL_WEIGHTS: Final[dict[str, Callable[[float, float], float]]] = {
    "termFrequency": lambda count, most: count,
    "binary": lambda count, most: 1.0 if count > 0 else 0.0,
    "logarithmic": lambda count, most: math.log10(1.0 + count),
    "augmentedNormalizedTermFrequency": lambda count, most: (
        0.5 * (1.0 + count / most) if count > 0 else 0.0
    ),
}
"""The weight of a frequency in a document whose most frequent term has the frequency `most`."""


def local_weights(counts: Doubles, method: str) -> Doubles:
    """Return the weights of frequencies (documents, terms), as `LOCAL_WEIGHTS` gives them."""
    if method == "binary":
        return (counts > 0).astype(np.float64)
    if method == "logarithmic":
        # NumPy's logarithm may differ from that of one value in the last bit.
        distinct, places = np.unique(counts, return_inverse=True)
        logarithms = np.array([math.log10(1.0 + count) for count in distinct.tolist()], np.float64)
        return logarithms[places].reshape(counts.shape)
    if method == "augmentedNormalizedTermFrequency":
        most = counts.max(axis=1, keepdims=True, initial=0.0)
        shares = counts / np.where(most > 0, most, 1.0)
        return np.where(counts > 0, 0.5 * (1.0 + shares), 0.0)
    return counts


def global_weights(counts: Doubles, method: str) -> Doubles:
    """Return the weight of each term of frequencies (documents, terms); 0 where the method has none
    (a term in no document; in all of them, for probabilisticInverse).
    """
    total = len(counts)
    documents = (counts > 0).sum(axis=0).tolist()
    sums, squares = counts.sum(axis=0).tolist(), (counts * counts).sum(axis=0).tolist()
    weights = [
        _global_weight(method, total, among, sum_, square)
        for among, sum_, square in zip(documents, sums, squares, strict=True)
    ]
    return np.array(weights, np.float64)


def _global_weight(method: str, total: int, among: int, sum_: float, square: float) -> float:
    if method == "none":
        return 1.0
    if among == 0:
        return 0.0
    if method == "GFIDF":
        return sum_ / among
    if method == "normal":
        return 1.0 / math.sqrt(square)
    if method == "probabilisticInverse":
        return math.log((total - among) / among) if among < total else 0.0
    return math.log(total / among)


def norms(columns: Sequence[Doubles], size: int) -> Doubles:
    """Return the Euclidean length of each of `size` vectors, given by component."""
    result = np.zeros(size)
    for column in columns:
        result += column * column
    return np.sqrt(result)

"""Products of elements: PolynomialExpansion and Interaction."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from pmmlkit.errors import ExportError
from pmmlkit.exporters.features import Feature, Product, name_of
from pmmlkit.exporters.lookups import by_source
from pmmlkit.exporters.spark.flow import Flow, Vector
from pmmlkit.exporters.spark.lookups import indicators
from pmmlkit.exporters.spark.saved import SavedStage
from pmmlkit.exporters.spark.stages import reads

__all__ = ["interaction", "polynomial_expansion"]

MOST_TERMS = 100_000


@reads("feature.PolynomialExpansion")
def polynomial_expansion(stage: SavedStage, flow: Flow) -> None:
    """Read all products of up to ``degree`` elements, in the order of Spark: by the power of the
    last element, within that by the power of the one before (of x and y: x, xx, y, xy, yy).
    """
    column = flow.vector_column(stage.params["inputCol"])
    features = column.features
    degree = int(stage.params["degree"])
    if math.comb(len(features) + degree, degree) > MOST_TERMS:
        raise ExportError(
            f"PolynomialExpansion of {len(features)} elements to degree {degree} has more than "
            f"{MOST_TERMS} terms: expand fewer elements"
        )
    terms: list[list[tuple[int, ...]]] = [[()] for _ in range(degree + 1)]
    for at in range(len(features)):
        # terms[d]: the products of the elements so far of degree d or less
        terms = [
            [term + (at,) * power for power in range(most + 1) for term in terms[most - power]]
            for most in range(degree + 1)
        ]
    made = [_product([features[at] for at in term]) for term in terms[-1] if term]
    flow.put(stage.params["outputCol"], column.remade(made))


@reads("feature.Interaction")
def interaction(stage: SavedStage, flow: Flow) -> None:
    """Read the products of one element of each column, the last column running fastest. A column
    that numbers categories counts as its one-hot vector, as in Spark.
    """
    columns = [_encoded(str(name), flow) for name in stage.params["inputCols"]]
    terms: list[tuple[Feature, ...]] = [()]
    for features in columns:
        terms = [(*term, feature) for term in terms for feature in features]
        if len(terms) > MOST_TERMS:
            raise ExportError(
                f"Interaction has more than {MOST_TERMS} elements: pass fewer columns"
            )
    made = tuple(_product(term) for term in terms)
    flow.put(stage.params["outputCol"], Vector(made, (None,) * len(made)))


def _encoded(name: str, flow: Flow) -> list[Feature]:
    column = flow.column(name)
    if isinstance(column, Vector):
        if any(flow.counts.get(feature, 1) > 1 for feature in column.features):
            raise ExportError(
                f"column {name!r} has elements that number categories: whether Spark counts the "
                "first category of such depends on how it stores the row, dense or sparse. Pass "
                "the columns of the indices themselves, or their one-hot vectors"
            )
        return flow.vector(name)
    feature = flow.number(name)
    count = flow.counts.get(feature, 1)
    return indicators(feature, flow, count, count, keeps=False) if count > 1 else [feature]


def _product(features: Sequence[Feature]) -> Feature:
    factors = by_source(features)
    if len(factors) == 1:
        return factors[0]
    powers = Counter(map(name_of, factors))
    name = " ".join(it + (f"^{power}" if power > 1 else "") for it, power in powers.items())
    return Product(name, tuple(factors))

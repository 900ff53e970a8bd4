"""Classifications by the softmax of weighted sums, in tables that no engine overflows on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from pmmlkit.exporters.context import Context
from pmmlkit.exporters.features import Feature
from pmmlkit.exporters.fields import BoundField
from pmmlkit.exporters.frame import Draft, Frame
from pmmlkit.exporters.linear_form import live
from pmmlkit.language.models.regression import RegressionModel, RegressionTable

__all__ = ["linear_softmax"]


def linear_softmax(
    context: Context,
    features: Sequence[Feature],
    coefficients: npt.ArrayLike,
    intercepts: npt.ArrayLike,
) -> Draft:
    """Return a classification whose probabilities are the softmax of a weighted sum for each class.

    `coefficients` (classes, features), `intercepts` (classes,). The sums are written as differences
    (two classes: of the two, else from their mean), which gives the same probabilities: log
    likelihoods of hundreds below 0, with nothing taken off, end as 0 / 0 in PMML4S.
    """
    rows = np.asarray(coefficients, np.float64)
    constants = np.asarray(intercepts, np.float64)
    labels = context.target.labels
    if len(labels) == 2:
        rows, constants = rows[1:] - rows[:1], constants[1:] - constants[:1]
    else:
        rows, constants = rows - rows.mean(axis=0), constants - constants.mean()
    form, rows = live(features, rows)

    def build(frame: Frame, fields: tuple[BoundField, ...]) -> RegressionModel:
        own = labels[1:] if len(labels) == 2 else labels
        tables = [
            form.table(fields, row, float(constant), label)
            for row, constant, label in zip(rows, constants, own, strict=True)
        ]
        if len(labels) == 2:
            tables.append(RegressionTable(intercept=0.0, target_category=labels[0]))
        return RegressionModel(
            **frame.parts(fields),
            normalization_method="logit" if len(labels) == 2 else "softmax",
            regression_tables=tuple(tables),
        )

    return Draft(form.all_reads, build, (), context.target)

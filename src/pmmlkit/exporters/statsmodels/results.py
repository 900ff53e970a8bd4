"""Results of statsmodels as estimators: what a document needs to know of them.

What is read of statsmodels beside its public names is read here: ``model.data`` (the names and the
constant of the design, the data frame of a formula) and the parameters behind the coefficients.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import ExportError
from pmmlkit.exporters.features import Category, plain

__all__ = ["FittedResults", "results_of"]

Doubles = npt.NDArray[np.float64]

KINDS: Final = {
    "OLS": "linear",
    "WLS": "linear",
    "GLS": "linear",
    "GLSAR": "linear",
    "QuantReg": "linear",
    "RLM": "linear",
    "GLM": "generalized",
    "Logit": "binary",
    "Probit": "binary",
    "MNLogit": "multinomial",
    "Poisson": "count",
    "NegativeBinomial": "count",
    "NegativeBinomialP": "count",
    "GeneralizedPoisson": "count",
    "OrderedModel": "ordinal",
}
"""The models whose results can be written, by class."""


@dataclass(frozen=True)
class FittedResults:
    """Fitted results, with what scikit-learn's estimators have."""

    results: Any
    kind: str

    @property
    def model(self) -> Any:
        """The model that was fitted."""
        return self.results.model

    @property
    def spec(self) -> Any:
        """What the formula says, None without a formula."""
        data = self.model.data
        found = getattr(data, "model_spec", None)
        return getattr(data, "design_info", None) if found is None else found

    @property
    def coefficients(self) -> Doubles:
        """The coefficients of the design (sums, columns), without what else was estimated."""
        params = np.asarray(self.results.params, np.float64)
        if params.ndim == 1:
            return params[np.newaxis, : len(self.names)]
        return params.T

    @property
    def names(self) -> list[str]:
        """The names of the columns of the design."""
        exog = self.model.exog
        names = [str(name) for name in self.model.exog_names]
        if exog is not None:
            return names[: exog.shape[1]]
        extra = int(getattr(self.model, "k_extra", 0) or 0)
        return names[: len(names) - extra]

    @property
    def constants(self) -> dict[int, float]:
        """The columns of the design that hold the same number in every row, with that number."""
        at = getattr(self.model.data, "const_idx", None)
        if at is None:
            return {}
        exog = self.model.exog
        return {int(at): 1.0 if exog is None else float(exog[0, int(at)])}

    @property
    def thresholds(self) -> Doubles:
        """The thresholds between the categories of an ordinal model."""
        params = np.asarray(self.results.params, np.float64)
        return np.asarray(self.model.transform_threshold_params(params)[1:-1], np.float64)

    @cached_property
    def classes_(self) -> list[Category] | None:
        """The labels in their order, None where a number is predicted."""
        if self.kind == "binary":
            return self._flags()
        if self.kind == "multinomial":
            return self._seen()
        if self.kind == "ordinal":
            return [plain(label) for label in self.model.labels]
        return None

    def _flags(self) -> list[Category] | None:
        endog = self.model.endog
        if endog is not None and not np.isin(endog, (0, 1)).all():
            # a share is predicted, not a label
            return None
        observed = self._observed
        is_flag = observed is not None and np.asarray(observed).dtype.kind == "b"
        return [False, True] if is_flag else [0, 1]

    def _seen(self) -> list[Category]:
        observed = self._observed
        if observed is not None:
            stated = getattr(getattr(observed, "dtype", None), "categories", None)
            labels = np.unique(np.asarray(observed)) if stated is None else stated
            found = [_whole(plain(label)) for label in labels]
            if len(found) == len(self.coefficients) + 1:
                return found
        raise ExportError(
            "the labels of the MNLogit model are not in its results: keep the data "
            "(no remove_data) and give one column of labels"
        )

    @property
    def _observed(self) -> Any:
        """The labels that the model was fitted on, None where they are not one column."""
        observed = getattr(self.model.data, "orig_endog", None)
        if observed is None or np.ndim(observed) == 1:
            return observed
        if hasattr(observed, "iloc") and observed.shape[1] == 1:
            return observed.iloc[:, 0]
        return None

    @property
    def is_named(self) -> bool:
        """Tell whether the columns of the design have names of their own."""
        return hasattr(getattr(self.model.data, "orig_exog", None), "columns")

    @property
    def feature_names_in_(self) -> list[str]:
        """The names of the columns that the rows must have."""
        if self.spec is not None:
            return self._of_formula()
        return [name for at, name in enumerate(self.names) if at not in self.constants]

    def _of_formula(self) -> list[str]:
        frame = self.model.data.frame
        columns = None if frame is None else [str(name) for name in frame.columns]
        used: dict[str, None] = {}
        for factor in getattr(self.spec, "factor_infos", {}):
            used.update(dict.fromkeys(_words(factor.code)))
        return [name for name in (used if columns is None else columns) if name in used]

    @property
    def n_features_in_(self) -> int:
        """The number of these columns."""
        return len(self.feature_names_in_)

    @property
    def target_name_(self) -> str | None:
        """The name of what is predicted, None where nobody named it."""
        name = self.model.endog_names
        return name if isinstance(name, str) else None

    @property
    def training_table(self) -> Any:
        """The rows of a formula, or of a data frame; None where they are not there."""
        if self.spec is not None:
            frame = self.model.data.frame
            return None if frame is None else frame[self.feature_names_in_]
        return self.model.data.orig_exog[self.feature_names_in_] if self.is_named else None

    def predict(self, X: Any) -> npt.NDArray[Any]:
        """Return labels or numbers (n,)."""
        if self.classes_ is None:
            return np.asarray(self._predicted(X), np.float64)
        shares = self.predict_proba(X)
        labels = np.empty(len(self.classes_), object)
        labels[:] = self.classes_
        return np.asarray(labels[shares.argmax(axis=1)])

    def predict_proba(self, X: Any) -> Doubles:
        """Return the probabilities of the classes (n, classes)."""
        found = np.asarray(self._predicted(X), np.float64)
        return np.stack([1.0 - found, found], axis=1) if found.ndim == 1 else found

    def _predicted(self, X: Any) -> Any:
        if self.spec is not None:
            return self.results.predict(X)
        given = [str(name) for name in X.columns] if hasattr(X, "columns") else None
        rows = np.asarray(X)
        places = self.places(given or [""] * rows.shape[1])
        constants = self.constants
        columns = [
            np.full(len(rows), constants[at])
            if at in constants
            else np.asarray(rows[:, places[at]], np.float64)
            for at in range(len(self.names))
        ]
        return self.results.predict(np.stack(columns, axis=1))

    def places(self, columns: Sequence[str]) -> dict[int, int]:
        """Return for each column of the design that is no constant, which of these columns it is.

        They are found by their names; where the model or the data have none by their places, with
        or without the constant. Raises ExportError where they are not found.
        """
        names = self.names
        free = [at for at in range(len(names)) if at not in self.constants]
        by_name = {name: place for place, name in enumerate(columns)}
        if self.is_named and all(names[at] in by_name for at in free):
            return {at: by_name[names[at]] for at in free}
        if len(columns) == len(names):
            return {at: at for at in free}
        if len(columns) == len(free):
            return {at: place for place, at in enumerate(free)}
        raise ExportError(
            f"the model was fitted on the columns {', '.join(names[at] for at in free)}, which are "
            f"not in the data of {len(columns)} columns"
        )


def _whole(label: Category) -> Category:
    return int(label) if isinstance(label, float) and label.is_integer() else label


def _words(code: str) -> list[str]:
    """Return what may be a column in the code of a factor: names, and the texts of Q("a name")."""
    found = []
    for node in ast.walk(ast.parse(code, mode="eval")):
        if isinstance(node, ast.Name):
            found.append(node.id)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.append(node.value)
    return found


def results_of(model: Any) -> FittedResults:
    """Take results as an estimator; raise ExportError where they cannot be written."""
    lineage: Sequence[type] = type(model.model).__mro__
    name = lineage[0].__name__
    kind = KINDS.get(name)
    if kind is None:
        raise ExportError(
            f"results of statsmodels' {name} cannot be written: there are converters of "
            f"{', '.join(KINDS)}"
        )
    for what in ("offset", "exposure"):
        values = getattr(model.model, what, None)
        if values is not None and np.any(np.asarray(values) != 0.0):
            raise ExportError(
                f"the {name} model was fitted with {what}=, of which its results do not say what "
                "column it was, and which predict leaves out: make it a column of the design with "
                "a coefficient, or predict rates with weights"
            )
    return FittedResults(model, kind)

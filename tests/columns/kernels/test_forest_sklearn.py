"""Forest kernels against the leaves and predictions of scikit-learn, bit for bit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pmmlkit.columns.kernels import fast_available, forest_kernel
from tests.columns.kernels.sklearn_forest import diagram_of

pytest.importorskip("sklearn")
KERNELS = (False, True) if fast_available() else (False,)


@pytest.mark.parametrize("fast", KERNELS)
@pytest.mark.parametrize("depth", [1, 4, 5, None])
def test_random_forest(fast: bool, depth: Any) -> None:
    from sklearn.datasets import load_breast_cancer
    from sklearn.ensemble import RandomForestClassifier

    X, y = load_breast_cancer(return_X_y=True)
    X = X.astype(np.float32)
    model = RandomForestClassifier(12, max_depth=depth, random_state=1).fit(X, y)
    X = np.tile(X, (9, 1))  # enough rows for every way through the kernel
    trees = [estimator.tree_ for estimator in model.estimators_]
    forest, nodes = diagram_of(trees, lambda tree: np.arange(tree.node_count))
    _, table = diagram_of(trees, lambda tree: tree.value[:, 0, :])
    kernel = forest_kernel(fast)
    np.testing.assert_array_equal(nodes[kernel.route(forest, X)], model.apply(X))
    sums = kernel.sum_distributions(forest, X, table)
    np.testing.assert_array_equal(sums / len(trees), model.predict_proba(X))


@pytest.mark.parametrize("fast", KERNELS)
def test_gradient_boosting(fast: bool) -> None:
    from sklearn.datasets import load_diabetes
    from sklearn.ensemble import GradientBoostingRegressor

    X, y = load_diabetes(return_X_y=True)
    X = X.astype(np.float32)
    model = GradientBoostingRegressor(n_estimators=40, max_depth=6, random_state=1).fit(X, y)
    trees = [estimator.tree_ for estimator in model.estimators_[:, 0]]
    forest, values = diagram_of(trees, lambda tree: tree.value[:, 0, 0])
    kernel = forest_kernel(fast)
    # scikit-learn starts from the constant and adds after it: another order, hence the last bits
    sums = kernel.sum_values(forest, X, values, weights=np.full(40, model.learning_rate))
    np.testing.assert_allclose(sums + model.init_.constant_[0, 0], model.predict(X), rtol=1e-12)

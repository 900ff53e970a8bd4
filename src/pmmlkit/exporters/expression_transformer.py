"""ExpressionTransformer: columns computed from expressions that are written as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pmmlkit.errors import DataError
from pmmlkit.exporters.expression_text import Expression, evaluated, parsed

__all__ = ["ExpressionTransformer"]


class ExpressionTransformer:
    """A scikit-learn transformer whose columns are expressions in Python's notation.

    The text is parsed, never run: it may hold names of columns (``X["any name"]`` and ``X[0]`` as
    well), numbers, texts, arithmetic, comparisons, ``and``, ``or``, ``not``, ``a if c else b``,
    ``in`` a list, and the functions that `pmmlkit.exporters.expression_text.FUNCTIONS` lists. What
    it computes over data frames and arrays follows NumPy's rules, and so does what is exported.

    Parameters
    ----------
    expressions : dict of name to text, list of texts, or text
        One for each column that is made. Without names, the texts are the names.

    Raises DataError for text that is not such an expression, and for unknown columns.

    Examples
    --------
    >>> import numpy as np
    >>> from pmmlkit import ExpressionTransformer
    >>> made = ExpressionTransformer({"ratio": "x1 / x2", "high": "where(x1 > 3, log(x1), 0)"})
    >>> made.fit_transform(np.array([[1.0, 2.0], [4.0, 2.0]])).round(3).tolist()
    [[0.5, 0.0], [2.0, 1.386]]
    """

    def __init__(self, expressions: Any) -> None:
        self.expressions = expressions

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the parameters, as scikit-learn asks for them."""
        return {"expressions": self.expressions}

    def set_params(self, **parameters: Any) -> ExpressionTransformer:
        """Set parameters, as scikit-learn does."""
        for name, value in parameters.items():
            if name != "expressions":
                raise DataError(f"ExpressionTransformer has no parameter {name!r}: expressions")
            self.expressions = value
        return self

    def fit(self, X: Any, y: Any = None) -> ExpressionTransformer:
        """Note the columns, and check that the expressions name no others."""
        columns = getattr(X, "columns", None)
        if columns is not None and all(isinstance(name, str) for name in columns):
            self.feature_names_in_ = np.array(list(columns), object)
        else:
            self.__dict__.pop("feature_names_in_", None)
        self.n_features_in_ = np.shape(X)[1]
        known = self._names()
        for expression in self._parsed().values():
            for name in expression.columns:
                _position(name, known)
        return self

    def _names(self) -> list[str]:
        names = getattr(self, "feature_names_in_", None)
        if names is not None:
            return [str(name) for name in names]
        return [f"x{number}" for number in range(1, self.n_features_in_ + 1)]

    def _parsed(self) -> dict[str, Expression]:
        given = self.expressions
        if isinstance(given, str):
            given = [given]
        if not isinstance(given, Mapping):
            given = {text: text for text in given}
        return {str(name): parsed(text) for name, text in given.items()}

    def transform(self, X: Any) -> Any:
        """Return the columns: a data frame of a data frame, (n, columns) of an array."""
        known = self._names()
        is_frame = hasattr(X, "columns")

        def column(name: str | int) -> Any:
            at = _position(name, known)
            if not is_frame:
                return X[:, at]
            values = X[X.columns[at]]
            return values.to_numpy()

        if not is_frame and not hasattr(X, "shape"):
            X = np.asarray(X)
        made = {name: evaluated(expression, column) for name, expression in self._parsed().items()}
        if is_frame:
            return _frame(X, made)
        first = X[:, 0]
        return np.column_stack([_filled(first, values) for values in made.values()])

    def fit_transform(self, X: Any, y: Any = None, **_: Any) -> Any:
        """Fit, then transform."""
        return self.fit(X, y).transform(X)

    def get_feature_names_out(self, input_features: Sequence[str] | None = None) -> Any:
        """Return the names of the columns that are made."""
        return np.array(list(self._parsed()), object)

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "n_features_in_")

    def __sklearn_tags__(self) -> Any:
        from sklearn.utils import Tags, TargetTags, TransformerTags

        return Tags(
            estimator_type=None,
            target_tags=TargetTags(required=False),
            transformer_tags=TransformerTags(preserves_dtype=[]),
        )

    def __repr__(self) -> str:
        return f"ExpressionTransformer({self.expressions!r})"


def _position(name: str | int, known: Sequence[str]) -> int:
    if isinstance(name, int):
        if not 0 <= name < len(known):
            raise DataError(f"an expression names the column {name}, but there are {len(known)}")
        return name
    if name not in known:
        shown = ", ".join(known[:6]) + (", ..." if len(known) > 6 else "")
        raise DataError(f"an expression names the column {name!r}, which is none of {shown}")
    return list(known).index(name)


def _filled(pattern: Any, values: Any) -> Any:
    """Return values as a column: a constant stands in each row."""
    return values if np.ndim(values) else np.full_like(pattern, values, dtype=type(values))


def _frame(X: Any, made: Mapping[str, Any]) -> Any:
    if not type(X).__module__.startswith("pandas"):
        # symbols, while it is traced
        return X[[]].assign(**made)
    import pandas as pd

    return pd.DataFrame(dict(made), index=X.index)

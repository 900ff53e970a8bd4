"""Which transformers hand on a sparse matrix, of which XGBoost takes the zeros for missing."""

from __future__ import annotations

from typing import Any, Final

__all__ = ["gives_sparse"]

ALWAYS: Final = frozenset(
    ("CountVectorizer", "TfidfVectorizer", "TfidfTransformer", "HashingVectorizer", "FeatureHasher")
)
KEEP: Final = frozenset(
    (
        "AdditiveChi2Sampler",
        "Binarizer",
        "FunctionTransformer",
        "GenericUnivariateSelect",
        "MaxAbsScaler",
        "Normalizer",
        "PolynomialFeatures",
        "QuantileTransformer",
        "RFE",
        "RFECV",
        "RobustScaler",
        "SelectFdr",
        "SelectFpr",
        "SelectFromModel",
        "SelectFwe",
        "SelectKBest",
        "SelectPercentile",
        "SequentialFeatureSelector",
        "SimpleImputer",
        "StandardScaler",
        "VarianceThreshold",
    )
)
"""Dense in, dense out; sparse in, sparse out."""


def gives_sparse(transformer: Any, sparse: bool) -> bool:
    """Tell whether what a fitted transformer returns is a sparse matrix; `sparse`: what it gets
    is one.

    Transformers that are not known return dense arrays.
    """
    kind = type(transformer).__name__
    if transformer is None or kind == "str":
        return sparse and transformer != "drop"
    if kind == "ColumnTransformer":
        return bool(transformer.sparse_output_)
    if kind == "FeatureUnion":
        parts = [part for _, part in transformer.transformer_list]
        return any(gives_sparse(part, sparse) for part in parts)
    if kind == "Pipeline":
        for _, step in transformer.steps:
            sparse = gives_sparse(step, sparse)
        return sparse
    if kind == "SparseRandomProjection":
        return sparse and not transformer.dense_output
    if kind == "KBinsDiscretizer":
        return bool(transformer.encode == "onehot")
    stated = transformer.sparse if kind == "DictVectorizer" else None
    stated = getattr(transformer, "sparse_output", stated)
    if isinstance(stated, bool):
        return stated
    return kind in ALWAYS or (sparse and kind in KEEP)

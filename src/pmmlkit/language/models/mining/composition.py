"""Models in a MiningModel without a Segmentation: a sequence, hence a modelChain.

Specification: chapter Multiple Models, Model Composition (deprecated). JPMML refuses it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmmlkit.language.mining_schema import MiningSchema
from pmmlkit.language.models.embedded import targets_only
from pmmlkit.language.models.mining.declaration import Segment, Segmentation
from pmmlkit.language.predicates import TruePredicate

if TYPE_CHECKING:
    from pmmlkit.language.models.mining.declaration import MiningModel

__all__ = ["chain_of"]


def chain_of(model: MiningModel) -> Segmentation:
    """Return the chain of the embedded models.

    The results that a model names are fields for those behind it; the last one predicts the target.
    """
    *earlier, last = model.embedded_models
    no_fields = MiningSchema()
    models = [element.as_model(no_fields, model.math_context) for element in earlier]
    models.append(last.as_model(targets_only(model), model.math_context))
    segments = [
        Segment(predicate=TruePredicate(line=item.line), model=item, line=item.line)
        for item in models
    ]
    return Segmentation(
        multiple_model_method="modelChain", segments=tuple(segments), line=model.line
    )

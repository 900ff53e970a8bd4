"""The classes of mlxtend that cannot be exported, each with the reason."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

__all__ = ["REFUSED"]

REFUSED: Final = MappingProxyType(
    {
        "mlxtend.preprocessing.TransactionEncoder": (
            "its rows are lists of as many items as they come, but a field of PMML holds one "
            "value: encode the items as columns before the pipeline"
        ),
    }
)
"""Reasons by the public name of the class."""

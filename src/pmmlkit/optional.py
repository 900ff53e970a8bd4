"""Libraries that are used where they are installed: imported where they are needed, with one
wording of the error.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from pmmlkit.errors import UnsupportedError

__all__ = ["needed"]


def needed(module: str, extra: str, purpose: str) -> Any:
    """Import an optional library for a purpose (``"Parquet files"``).

    Raises UnsupportedError that names the extra to install.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise UnsupportedError(
            f"{purpose} need{'' if purpose.endswith('s') else 's'} {module.partition('.')[0]}: "
            f'pip install "pmmlkit[{extra}]"'
        ) from error

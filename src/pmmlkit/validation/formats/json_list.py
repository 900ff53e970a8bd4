"""Reports as JSON: a list with an object for each document."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from pmmlkit.validation.report import Report, Unreadable

__all__ = ["json_list"]


def json_list(checked: Iterable[Report | Unreadable]) -> Iterator[str]:
    """Yield a list of what `Report.to_json` gives of each document; a file that could not be read
    has an `error`.
    """
    content = [_object(item) for item in checked]
    yield json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _object(item: Report | Unreadable) -> dict[str, Any]:
    if isinstance(item, Report):
        return item.to_dict()
    return {"source": item.source, "ok": False, "findings": [], "error": item.message}

"""docs/tracing.md lists what there is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from pmmlkit.exporters.expression_text import FUNCTIONS
from pmmlkit.exporters.tracing.functions import array_functions
from pmmlkit.exporters.tracing.ufuncs import SPECIAL, ufunc_terms

PAGE = Path(__file__).parents[3] / "docs" / "tracing.md"

LISTS: Mapping[str, Callable[[], set[str]]] = {
    "ufuncs": lambda: {f.__name__ for f in ufunc_terms()} | {"matmul", "divmod"},
    "special": lambda: set(SPECIAL),
    "functions": lambda: {f.__name__ for f in array_functions()} | {"around", "amax", "amin"},
    "expressions": lambda: set(FUNCTIONS),
}


@pytest.mark.parametrize("name", LISTS)
def test_lists_are_those_of_the_code(name: str) -> None:
    text = PAGE.read_text(encoding="utf-8")
    found = re.search(rf"<!-- {name} -->`([^`]*)`<!-- end -->", text)
    assert found is not None
    assert " ".join(sorted(LISTS[name]())) == found[1]

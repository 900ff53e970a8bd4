"""The engines that documents are scored by."""

from __future__ import annotations

import pytest

from pmmlkit.parity.oracles import Oracle


@pytest.fixture(params=["pmmlkit", "jpmml", "pmml4s"])
def engine(request: pytest.FixtureRequest) -> Oracle | None:
    """Each oracle in turn, None for pmmlkit itself."""
    if request.param == "pmmlkit":
        return None
    opened: Oracle = request.getfixturevalue(request.param)
    return opened

"""What several test folders share: the oracles, the corpus, how much of the matrices to run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from pmmlkit.errors import UnsupportedError
from pmmlkit.parity.oracles import Oracle, OracleError, open_oracle

# The first example may compile a kernel, and machines differ: no deadlines.
settings.register_profile("slice", max_examples=40, deadline=None)
settings.register_profile("full", max_examples=150, deadline=None)
settings.load_profile("full" if os.environ.get("PMMLKIT_FULL") == "1" else "slice")

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"


@pytest.fixture(scope="session")
def jpmml() -> Iterator[Oracle]:
    """JPMML-Evaluator, one for all tests of a worker."""
    yield from _oracle("jpmml")


@pytest.fixture(scope="session")
def pmml4s() -> Iterator[Oracle]:
    """PMML4S, one for all tests of a worker."""
    yield from _oracle("pmml4s")


@pytest.fixture(params=["jpmml", "pmml4s"])
def oracle(request: pytest.FixtureRequest) -> Oracle:
    """Each oracle in turn."""
    opened: Oracle = request.getfixturevalue(request.param)
    return opened


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of the gold corpus, which lies beside the repository and is no part of it."""
    if not CORPUS.is_dir():
        pytest.skip("no gold corpus beside the repository (../shared/corpus)")
    return CORPUS


@pytest.fixture(scope="session")
def full() -> bool:
    """All cases of the matrices (make test-full) instead of a slice."""
    return os.environ.get("PMMLKIT_FULL") == "1"


ORACLES = {"oracle", "jpmml", "pmml4s"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests that ask for an oracle, by a fixture or as a parameter, where
    PMMLKIT_ORACLES=0 says that there is no Java: skipped they would be an error under CI.
    """
    if os.environ.get("PMMLKIT_ORACLES") != "0":
        return
    left_out = [item for item in items if _asks_oracle(item)]
    items[:] = [item for item in items if not _asks_oracle(item)]
    config.hook.pytest_deselected(items=left_out)


def _asks_oracle(item: pytest.Item) -> bool:
    call = getattr(item, "callspec", None)
    asked = [*getattr(item, "fixturenames", ()), *(call.params.values() if call else ())]
    return any(isinstance(it, str) and it in ORACLES for it in asked)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the sizes that tests recorded."""
    reports = terminalreporter.getreports("passed") + terminalreporter.getreports("failed")
    sizes = [
        value
        for report in reports
        if report.when == "call"
        for name, value in report.user_properties
        if name == "size"
    ]
    if sizes:
        terminalreporter.section("sizes of documents")
        for line in sizes:
            terminalreporter.line(str(line))


def _oracle(name: str) -> Iterator[Oracle]:
    """Without Java or the package a developer's run skips; continuous integration fails."""
    try:
        opened = open_oracle(name)
    except (OracleError, UnsupportedError) as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"oracle {name}: {error}")
    with opened:
        yield opened

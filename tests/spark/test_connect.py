"""Spark Connect: a server of its own in a process of its own, for it does not live with classic
Spark.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.spark_session import environment, require_spark


def test_on_connect() -> None:
    require_spark()
    pytest.importorskip("grpc", reason="Spark Connect needs grpcio: pip install pyspark[connect]")
    done = subprocess.run(
        [sys.executable, "-m", "tests.spark.connect_session"],
        cwd=Path(__file__).parents[2],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.endswith("passed\n"), done.stderr

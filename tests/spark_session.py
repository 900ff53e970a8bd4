"""One local Spark for the tests of a process, and what they do where there is none."""

from __future__ import annotations

import atexit
import functools
import os
import re
import shutil
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

__all__ = ["JAVA", "environment", "require_spark", "session"]

JAVA = 17
"""The oldest Java that the current Spark runs on."""

# Each table has a few rows: what makes long queries fast (optimised code, threads) only costs here.
SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.memory": "1g",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.sql.shuffle.partitions": "1",
    "spark.default.parallelism": "1",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.log.level": "ERROR",
}


def session() -> SparkSession:
    """Return the local session of this process, one thread, started by the first call.

    Skips the test where PySpark or Java is missing; fails instead where CI is set.
    """
    require_spark()
    # It warns at every second call; pytest restores the filters after each test.
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
    return _started()


def require_spark() -> None:
    """Skip the test, saying why, where Spark cannot start; fail it where CI is set."""
    lacking = _lacking()
    if lacking is None:
        return
    if os.environ.get("CI"):
        pytest.fail(f"Spark: {lacking}")
    pytest.skip(f"Spark: {lacking}")


def environment() -> dict[str, str]:
    """Return the variables that a process with a Spark of its own is started with."""
    return {
        **os.environ,
        "PYSPARK_PYTHON": sys.executable,
        "PYSPARK_DRIVER_PYTHON": sys.executable,
        "SPARK_LOCAL_IP": "127.0.0.1",
    }


@functools.cache
def _started() -> SparkSession:
    from pyspark.sql import SparkSession

    os.environ.update(environment())
    folder = Path(tempfile.mkdtemp(prefix="spark-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    builder = SparkSession.builder.master("local[1]").appName("pmmlkit tests")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    builder = builder.config("spark.sql.warehouse.dir", str(folder / "warehouse"))
    builder = builder.config("spark.local.dir", str(folder / "local"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PySpark's own, about sockets and deprecated calls
        started = builder.getOrCreate()
    started.sparkContext.setLogLevel("ERROR")
    atexit.register(started.stop)
    return started


@functools.cache
def _lacking() -> str | None:
    """Say what Spark lacks here; None if nothing."""
    try:
        import pyspark  # noqa: F401 (is it there?)
    except ImportError:
        return 'PySpark is not installed (pip install "pmmlkit[spark]")'
    version = _java_version()
    if version is None:
        return f"no java command on the path and no JAVA_HOME: Java {JAVA} or later is needed"
    if version < JAVA:
        return f"Java {version} is found, {JAVA} or later is needed"
    return None


def _java_version() -> int | None:
    home = os.environ.get("JAVA_HOME")
    command = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    if command is None:
        return None
    try:
        said = subprocess.run([command, "-version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    found = re.search(r'version "(\d+)', said.stderr)
    return int(found.group(1)) if found else None

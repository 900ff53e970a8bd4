"""Every transformer and fitted model of Spark ML is exported, or refused with a reason."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from importlib import import_module

import pytest

pytest.importorskip("pyspark")

from pmmlkit.exporters.spark.stages import REFUSED, known_stages

MODULES = (
    "classification",
    "clustering",
    "feature",
    "fpm",
    "pipeline",
    "recommendation",
    "regression",
    "tuning",
)
SPARK = "org.apache.spark.ml."


def _classes() -> Iterator[str]:
    """Yield the whole names of what has a `transform`, as Spark saves them."""
    from pyspark.ml import Transformer

    for module in MODULES:
        package = import_module(f"pyspark.ml.{module}")
        for name, kind in vars(package).items():
            own = inspect.isclass(kind) and kind.__module__ == package.__name__
            if not own or not issubclass(kind, Transformer) or inspect.isabstract(kind):
                continue
            # LDAModel is what the two that are saved have in common
            if not name.startswith("_") and name != "LDAModel":
                inner = "" if module == "pipeline" else f"{module}."
                yield f"{SPARK}{inner}{name}"


@pytest.mark.parametrize("name", sorted(_classes()))
def test_every_class_is_exported_or_refused(name: str) -> None:
    known_stages()
    assert (name in known_stages()) != (name in REFUSED), name


def test_reasons_say_something() -> None:
    known_stages()
    assert all(len(reason.split()) > 5 for reason in REFUSED.values())

"""The peers: JPMML-Evaluator in this process's virtual machine, ONNX Runtime on one thread."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.measure import Run


class Jpmml:
    """JPMML-Evaluator through its own Python package."""

    def __init__(self) -> None:
        from pmmlkit.parity.jpmml import JpmmlOracle

        self._backend = JpmmlOracle()._backend
        self.title = f"jpmml-evaluator {version('jpmml-evaluator')}"

    def load(self, path: Path) -> Any:
        """Return the evaluator of a document, as its users make it."""
        from jpmml_evaluator import make_evaluator

        return make_evaluator(path, backend=self._backend)


def onnx_title() -> str:
    """Name the package and its version."""
    return f"onnxruntime {version('onnxruntime')}"


def onnx(path: Path, X: Any) -> Run:
    """Return a run of a graph over a bare float32 array, on one thread."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        path.read_bytes(), options, providers=["CPUExecutionProvider"]
    )
    name = session.get_inputs()[0].name
    return lambda: session.run(None, {name: X})

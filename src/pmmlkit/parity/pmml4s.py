"""PMML4S, in a Java process of its own (the engine of package pypmml, over py4j)."""

from __future__ import annotations

import json
import math
import os
import subprocess
import threading
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from lxml import etree

from pmmlkit.parity.java import Java, find_java
from pmmlkit.parity.oracles import UNNAMED_TARGET, Oracle, OracleError, OracleResult
from pmmlkit.parity.values import Columns, outgoing, returned, row_count

__all__ = ["Pmml4sOracle"]

ANSWER = "pmmlkit:answer"
"""The output field that carries the prediction; see `_with_answer`."""

NO_INTEGER = -(2**63)
"""What the engine prints for a missing integer."""


class Pmml4sOracle(Oracle):
    """The engine runs until `close`, or until this object or the Python process ends.

    Rows travel as JSON: a result that is NaN or infinite comes back as missing, and so does a
    missing boolean as false; dates come back as missing. A NaN that is to be judged goes in as
    text.
    """

    name = "pmml4s"
    package = "pypmml"
    silent_errors = True

    def __init__(self) -> None:
        process, self._gateway = _start(find_java())
        self._stop = weakref.finalize(self, _stop, process, self._gateway)

    def load(self, document: bytes) -> Pmml4sModel:
        from py4j.protocol import Py4JJavaError

        text, target, types = _with_answer(document)
        try:
            model = self._gateway.jvm.org.pmml4s.model.Model.fromString(text)
        except Py4JJavaError as error:
            raise OracleError(f"PMML4S refuses the document: {_words(error)}") from error
        return Pmml4sModel(model, target, types)

    def close(self) -> None:
        self._stop()


class Pmml4sModel:
    """A document inside PMML4S."""

    def __init__(self, model: Any, target: str, inputs: dict[str, str]) -> None:
        self._model = model
        self._inputs = inputs
        types = {str(field.name()): str(field.dataType()) for field in model.outputFields()}
        self._target = target
        self._types = {self._named(name): data_type for name, data_type in types.items()}
        self._types[target] = inputs.get(target, "")

    def evaluate(self, columns: Columns, *, nan_as_missing: bool = True) -> OracleResult:
        rows = row_count(columns)
        table = outgoing(columns, self._inputs, nan_as_missing=nan_as_missing)
        names = list(table)
        records = [[_json(value) for value in row] for row in zip(*table.values(), strict=True)]
        found: dict[str, list[object]] = {name: [None] * rows for name in self._types}
        errors = self._fill(found, names, records)
        types = {name: self._types.get(name, "") for name in found}
        result = {name: _returned(values, types[name]) for name, values in found.items()}
        return OracleResult(result, types, errors, rows)

    def _fill(
        self, found: dict[str, list[object]], names: list[str], records: list[list[object]]
    ) -> list[tuple[int, str]]:
        """Score in one call; halve a block that fails until the failing rows stand alone."""
        from py4j.protocol import Py4JJavaError

        errors = []
        blocks = [(0, len(records))] if records else []
        while blocks:
            start, stop = blocks.pop()
            request = json.dumps({"columns": names, "data": records[start:stop]})
            try:
                answer = json.loads(self._model.predict(request))
            except Py4JJavaError as error:
                if stop - start == 1:
                    errors.append((start, _words(error)))
                else:
                    middle = (start + stop) // 2
                    blocks += [(middle, stop), (start, middle)]
                continue
            for position, name in enumerate(answer["columns"]):
                column = found.setdefault(self._named(name), [None] * len(records))
                column[start:stop] = [row[position] for row in answer["data"]]
        return errors

    def _named(self, name: str) -> str:
        return self._target if name == ANSWER else name


def _with_answer(document: bytes) -> tuple[str, str, dict[str, str]]:
    """The document with an OutputField for the prediction; the target's name; the dataTypes.

    PMML4S leaves the target out of its results when a model has an Output, and of a model chain
    always; the predicted value has to be asked for.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=True,
        remove_comments=True,
    )
    try:
        root = etree.fromstring(document, parser)
    except etree.XMLSyntaxError as error:
        raise OracleError(f"the document is not XML: {error}") from error
    types = {
        f.get("name"): f.get("dataType", "")
        for f in root.iterfind("{*}DataDictionary/{*}DataField")
    }
    schema = root.find("*/{*}MiningSchema")
    target = UNNAMED_TARGET
    if schema is not None:
        used = (f for f in schema if f.get("usageType") in {"target", "predicted"})
        target = next((field.get("name") for field in used), UNNAMED_TARGET)
        _ask(_answering(schema), types.get(target, ""))
    return etree.tostring(root, encoding="unicode"), target, types


def _answering(schema: Any) -> Any:
    """The MiningSchema of the model whose Output counts: down a chain while there is none."""
    model = schema.getparent()
    while model.find("{*}Output") is None:
        last = model.find("{*}Segmentation[@multipleModelMethod='modelChain']/{*}Segment[last()]")
        inner = None if last is None else last.find("*/{*}MiningSchema")
        if inner is None:
            break
        schema, model = inner, inner.getparent()
    return schema


def _ask(schema: Any, data_type: str) -> None:
    tag = schema.tag.replace("MiningSchema", "Output")
    output = schema.getparent().find(tag)
    if output is None:
        output = etree.Element(tag)
        schema.addnext(output)
    attributes = {"name": ANSWER, "feature": "predictedValue"}
    if data_type:
        attributes["dataType"] = data_type
    output.insert(0, etree.Element(tag + "Field", attributes))


def _json(value: object) -> object:
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def _returned(values: Sequence[object], data_type: str) -> list[object]:
    if data_type == "integer":
        values = [None if value == NO_INTEGER else value for value in values]
    return returned(values, data_type)


def _start(java: Java) -> tuple[subprocess.Popen[str], Any]:
    import pypmml
    from py4j.java_gateway import GatewayParameters, JavaGateway, find_jar_path

    jars = (find_jar_path(), str(Path(pypmml.__file__).parent / "jars" / "*"))
    process = subprocess.Popen(  # noqa: S603 the Java that find_java chose, fixed arguments
        [
            *(str(java.command), *java.options, "-cp", os.pathsep.join(jars)),
            *("py4j.GatewayServer", "--enable-auth", "--die-on-broken-pipe", "0"),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        # A Ctrl-C at the terminal is for Python, which then ends this process in order.
        start_new_session=True,
    )
    output = _pipe(process.stdout)
    said = []
    for line in output:
        if line.strip().isdigit():
            break
        said.append(line.strip())
    else:
        _end(process)
        raise OracleError(f"PMML4S did not start with {java.command}: {' '.join(said)}")
    parameters = GatewayParameters(
        port=int(line), auth_token=output.readline().strip(), auto_convert=True
    )
    threading.Thread(target=_drain, args=(output,), daemon=True).start()
    return process, JavaGateway(gateway_parameters=parameters)


def _drain(output: IO[str]) -> None:
    """Read what the engine prints, so that it never waits for a full pipe."""
    with output:
        for _ in output:
            pass


def _stop(process: subprocess.Popen[str], gateway: Any) -> None:
    gateway.shutdown()
    _end(process)


def _end(process: subprocess.Popen[str]) -> None:
    _pipe(process.stdin).close()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _pipe(stream: IO[str] | None) -> IO[str]:
    if stream is None:
        raise OracleError("the Java process has no pipe")
    return stream


def _words(error: Any) -> str:
    """Class and message of the Java error, in one line."""
    cause = error.java_exception
    return " ".join(f"{cause.getClass().getSimpleName()}: {cause.getMessage()}".split())

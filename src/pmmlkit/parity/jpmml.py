"""JPMML-Evaluator, in a virtual machine inside this process (jpmml-evaluator over JPype)."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from pmmlkit.parity.java import find_java
from pmmlkit.parity.oracles import UNNAMED_TARGET, Oracle, OracleError, OracleResult
from pmmlkit.parity.values import Columns, outgoing, returned, row_count

__all__ = ["JpmmlOracle"]

PICKLED = frozenset({"string", "integer", "float", "double", "boolean"})
"""The dataTypes that the engine's batch call can hand back; any other fails the whole batch."""


class JpmmlOracle(Oracle):
    """The engine lives as long as the process: JPype cannot start a virtual machine twice.

    Integers have 32 bits there: a larger one fails its row.
    """

    name = "jpmml"
    package = "jpmml-evaluator"

    def __init__(self) -> None:
        self._backend = _start()

    def load(self, document: bytes) -> JpmmlModel:
        import jpype
        from jpmml_evaluator import JavaError, make_evaluator

        try:
            return JpmmlModel(self._backend, make_evaluator(document, backend=self._backend))
        except (jpype.JException, JavaError, AttributeError) as error:
            # The package's own code stops with AttributeError at a field of a type unknown to Java.
            raise OracleError(f"JPMML-Evaluator refuses the document: {_words(error)}") from error

    def close(self) -> None:
        """Nothing to do: JPype ends the virtual machine with the process."""


class JpmmlModel:
    """A document inside JPMML-Evaluator."""

    def __init__(self, backend: Any, evaluator: Any) -> None:
        self._backend = backend
        self._evaluator = evaluator
        self._inputs = {field.name: field.dataType for field in evaluator.getInputFields()}
        self._groups = _group_fields(evaluator.javaEvaluator)
        results = (*evaluator.getTargetFields(), *evaluator.getOutputFields())
        self._results = {field.name: field.dataType for field in results}

    def evaluate(self, columns: Columns, *, nan_as_missing: bool = True) -> OracleResult:
        rows = row_count(columns)
        table = outgoing(columns, self._inputs, nan_as_missing=nan_as_missing)
        if self._groups:
            table, rows = _grouped(table, self._groups, rows)
        # A result that is a list cannot be handed back either.
        batch = PICKLED.issuperset(self._results.values()) and not self._groups
        found, errors = self._batch(table, rows) if batch else self._each(table, rows)
        types = {name: self._results.get(name, "") for name in found}
        result = {
            name or UNNAMED_TARGET: returned(values, types[name]) for name, values in found.items()
        }
        types = {name or UNNAMED_TARGET: type for name, type in types.items()}
        return OracleResult(result, types, errors, rows)

    def _batch(
        self, table: dict[str, list[object]], rows: int
    ) -> tuple[dict[str, list[object]], list[tuple[int, str]]]:
        """One call for all rows; the engine itself keeps failing rows apart."""
        import jpype
        from jpmml_evaluator import JavaError, PythonEvaluatorUtil

        arguments = {"columns": list(table), "data": list(table.values())}
        try:
            answer = PythonEvaluatorUtil.evaluateAll(
                self._backend, self._evaluator.javaEvaluator, arguments, None, 1
            )
        except (jpype.JException, JavaError) as error:
            raise OracleError(f"JPMML-Evaluator fails on the table: {_words(error)}") from error
        messages = answer["errors"] or [None] * rows
        errors = [(row, str(text)) for row, text in enumerate(messages) if text is not None]
        return dict(zip(answer["columns"], answer["data"], strict=True)), errors

    def _each(
        self, table: dict[str, list[object]], rows: int
    ) -> tuple[dict[str, list[object]], list[tuple[int, str]]]:
        """Row by row, for results such as dates that the batch call cannot hand back."""
        import jpype

        decode = jpype.JClass("org.jpmml.evaluator.EvaluatorUtil").decodeAll
        row_type = jpype.JClass("java.util.HashMap")
        found: dict[str, list[object]] = {name: [None] * rows for name in self._results}
        errors = []
        for row in range(rows):
            arguments = row_type()
            for name, values in table.items():
                arguments.put(name, _java(values[row]))
            try:
                answer = decode(self._evaluator.javaEvaluator.evaluate(arguments))
            except jpype.JException as error:
                errors.append((row, _words(error)))
                continue
            for entry in answer.entrySet():
                name = str(entry.getKey())
                found.setdefault(name, [None] * rows)[row] = _python(entry.getValue())
        return found, errors


def _start() -> Any:
    """The engine's backend over this process's virtual machine, started when it is not running."""
    import jpmml_evaluator
    import jpype

    if not jpype.isJVMStarted():
        java = find_java()
        jars = sorted(str(jar) for jar in Path(jpmml_evaluator.__file__).parent.rglob("*.jar"))
        jpype.startJVM(str(java.library), *java.options, classpath=jars)
    try:
        return import_module("jpmml_evaluator.jpype").JPypeBackend()
    except ImportError as error:
        raise OracleError(
            "a Java virtual machine without JPMML-Evaluator already runs in this process: "
            "open the oracle before other code starts JPype"
        ) from error


def _group_fields(evaluator: Any) -> tuple[str, ...]:
    """The fields whose equal values make rows one group."""
    import jpype

    if not isinstance(evaluator, jpype.JClass("org.jpmml.evaluator.HasGroupFields")):
        return ()
    return tuple(str(field.getName()) for field in evaluator.getGroupFields())


def _grouped(
    table: dict[str, list[object]], groups: tuple[str, ...], rows: int
) -> tuple[dict[str, list[object]], int]:
    """One row a group, in the order in which they appear, all other columns as lists."""
    names = [name for name in groups if name in table]
    if not names:
        return table, rows
    found: dict[tuple[object, ...], list[int]] = {}
    for row in range(rows):
        found.setdefault(tuple(table[name][row] for name in names), []).append(row)
    result: dict[str, list[object]] = {
        name: [key[at] for key in found] for at, name in enumerate(names)
    }
    for name, values in table.items():
        if name not in result:
            result[name] = [[values[row] for row in members] for members in found.values()]
    return result, len(found)


def _java(value: object) -> object:
    """A list as a collection of Java; JPype turns all else itself."""
    import jpype

    if not isinstance(value, list):
        return value
    items = jpype.JClass("java.util.ArrayList")()
    for item in value:
        items.add(item)
    return items


def _python(value: Any) -> object:
    """A Java result as plain Python; dates, times and periods by their simple value."""
    import jpype

    if isinstance(value, jpype.JClass("org.dmg.pmml.ComplexValue")):
        value = value.toSimpleValue()
    if value is None:
        return None
    for boxed, kind in (
        ("java.lang.String", str),
        ("java.lang.Boolean", bool),
        ("java.lang.Double", float),
        ("java.lang.Float", float),
        ("java.lang.Number", int),
    ):
        if isinstance(value, jpype.JClass(boxed)):
            return kind(value)
    if isinstance(value, jpype.JClass("java.util.Collection")):
        return [_python(item) for item in value]
    return str(value)


def _words(error: Any) -> str:
    """Class and message of a Java error, in one line."""
    return " ".join(str(error).split())

"""Who may import whom, by the syntax trees of all modules; docs/architecture.md says why."""

from __future__ import annotations

import ast
import functools
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src"
MODULES = {
    ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(SOURCE.rglob("*.py"))
}

ROOMS = {
    "pmmlkit": set(),
    "pmmlkit._version": set(),
    "pmmlkit.errors": set(),
    "pmmlkit.limits": set(),
    "pmmlkit.optional": {"errors"},
    "pmmlkit.whole_file": set(),
    "pmmlkit.xml": {"errors", "limits"},
    "pmmlkit.columns": {"errors"},
    "pmmlkit.language": {"errors", "limits", "whole_file", "xml", "columns"},
    "pmmlkit.program_fields": {"errors", "columns", "language", "xml"},
    "pmmlkit.parts": {"columns"},
    "pmmlkit.document_errors": {"errors", "language"},
    "pmmlkit.program_result": {"errors", "columns"},
    "pmmlkit.computation": {
        "errors",
        "limits",
        "columns",
        "document_errors",
        "language",
        "parts",
        "program_fields",
        "program_result",
    },
    "pmmlkit.program": {
        "errors",
        "limits",
        "columns",
        "computation",
        "language",
        "program_fields",
    },
    "pmmlkit.transformation": {
        "errors",
        "limits",
        "columns",
        "computation",
        "language",
        "program",
        "program_fields",
    },
    "pmmlkit.tables": {"errors", "optional", "whole_file", "columns", "program_result"},
    "pmmlkit.verification": {"errors", "columns", "language", "program"},
    "pmmlkit.model": {
        "errors",
        "limits",
        "columns",
        "language",
        "program",
        "program_fields",
        "program_result",
        "tables",
        "transformation",
        "verification",
    },
    "pmmlkit.batches": {
        "errors",
        "limits",
        "language",
        "model",
        "optional",
        "program_result",
        "tables",
    },
    "pmmlkit.spark": {
        "errors",
        "batches",
        "language",
        "model",
        "optional",
        "program_fields",
        "tables",
    },
    "pmmlkit.validation": {"_version", "errors", "limits", "language", "transformation", "xml"},
    "pmmlkit.showing": {"errors", "limits", "language", "validation", "xml"},
    "pmmlkit.upgrading": {"errors", "limits", "language", "program", "validation", "xml"},
    "pmmlkit.exporters": {
        "_version",
        "errors",
        "limits",
        "optional",
        "xml",
        "columns",
        "language",
        "validation",
        "tables",
    },
    "pmmlkit.parity": {"errors", "optional", "columns", "language", "model", "tables"},
    "pmmlkit.cli": {
        "_version",
        "errors",
        "optional",
        "whole_file",
        "tables",
        "model",
        "validation",
        "showing",
        "exporters",
        "parity",
        "upgrading",
    },
    "pmmlkit.__main__": {"cli"},
}
"""The rooms of the house, and which others each may import, inside functions too.

`pmmlkit` itself hands out its public names lazily, so it imports nothing but the errors and the
version at the top.
"""

EXCEPTIONS = {
    # Types alone: the report of a model's own rows is made of the model.
    ("pmmlkit.verification", "pmmlkit.model"),
    # What was exported, and what is compared, is scored through the public door.
    ("pmmlkit.exporters.verification", "pmmlkit"),
    ("pmmlkit.exporters.checking", "pmmlkit"),
    ("pmmlkit.exporters.tracing.checking", "pmmlkit"),
    ("pmmlkit.parity.report", "pmmlkit"),
    # How XML Schema writes numbers is how PMML writes them everywhere.
    ("pmmlkit.columns.text", "pmmlkit.xml.lexical"),
    # The public names.
    ("pmmlkit", "pmmlkit._version"),
    ("pmmlkit", "pmmlkit.errors"),
}

CORE_LIBRARIES = {"numpy", "lxml", "click", "narwhals"}
"""What may be imported at the top of a module; anything else inside the function that needs it."""

XML_LIBRARIES = {"lxml", "xml"}

OWN_PARSERS = {
    # They look into documents for what an oracle does not take, and mend it; with safe parsers.
    "pmmlkit.parity.differences",
    "pmmlkit.parity.pmml4s",
    # XML Schema is lxml's; what it validates is a tree of lxml.
    "pmmlkit.validation.schema",
    "pmmlkit.validation.conformance",
    "pmmlkit.validation.wording",
}


@functools.cache
def syntax(module: str) -> ast.Module:
    return ast.parse(MODULES[module].read_text(encoding="utf-8"))


def imports(module: str) -> Iterator[tuple[str, bool, int]]:
    """Yield the name of each imported module, whether at the top for real, and the line."""
    tree = syntax(module)
    for_types: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            for_types.update(id(inner) for inner in ast.walk(node))
    inside = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        at_top = id(node) not in inside and id(node) not in for_types
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, at_top, node.lineno
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}:{node.lineno} imports relatively"
            assert node.module is not None
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                yield name if name in MODULES else node.module, at_top, node.lineno


def room_of(module: str) -> str:
    parts = module.split(".")
    return ".".join(parts[:2])


def test_every_module_stands_in_a_room() -> None:
    assert {room_of(module) for module in MODULES} == set(ROOMS)


@pytest.mark.parametrize("module", MODULES)
def test_who_imports_whom(module: str) -> None:
    allowed = {f"pmmlkit.{room}" for room in ROOMS[room_of(module)]} | {room_of(module)}
    wrong = [
        f"line {line}: {name}"
        for name, _, line in imports(module)
        if name.split(".")[0] == "pmmlkit"
        and room_of(name) not in allowed
        and (module, name) not in EXCEPTIONS
        and not (module == "pmmlkit" and room_of(name) != "pmmlkit.cli")
    ]
    assert not wrong, f"{module} may not import these"


@pytest.mark.parametrize("module", MODULES)
def test_foreign_libraries_are_imported_where_they_are_needed(module: str) -> None:
    wrong = []
    for name, at_top, line in imports(module):
        library = name.split(".")[0]
        is_own = library == "pmmlkit" or library in sys.stdlib_module_names
        if library == "numba" and module.endswith("_numba"):
            continue  # a module of its own, that is imported where numba is installed
        if library == "pyspark" and room_of(module) == "pmmlkit.spark":
            continue  # its classes are PySpark's; the package hands them out on demand
        if at_top and not is_own and library not in CORE_LIBRARIES:
            wrong.append(f"line {line}: {name}")
    assert not wrong


@pytest.mark.parametrize("module", MODULES)
def test_xml_is_parsed_in_one_room(module: str) -> None:
    if room_of(module) == "pmmlkit.xml" or module in OWN_PARSERS:
        return
    found = [
        f"line {line}: {name}"
        for name, _, line in imports(module)
        if name.split(".")[0] in XML_LIBRARIES
    ]
    assert not found, "only pmmlkit.xml knows parsers"


@pytest.mark.parametrize("module", MODULES)
def test_every_module_says_what_it_is(module: str) -> None:
    assert ast.get_docstring(syntax(module)), f"{module} has no docstring"


@pytest.mark.parametrize("module", MODULES)
def test_nothing_is_executed_because_a_text_says_so(module: str) -> None:
    called = [
        f"line {node.lineno}: {node.func.id}"
        for node in ast.walk(syntax(module))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"eval", "exec", "compile", "__import__"}
    ]
    assert not called


def loaded_by(code: str) -> set[str]:
    """Return the modules that a fresh interpreter has after running some code."""
    program = f"import json, sys\n{code}\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


HEAVY = {
    "sklearn",
    "pandas",
    "polars",
    "pyarrow",
    "pyspark",
    "numba",
    "joblib",
    "scipy",
    "lightgbm",
}


@pytest.mark.parametrize(
    "code",
    [
        "import pmmlkit",
        "import pmmlkit; [getattr(pmmlkit, name) for name in pmmlkit.__all__]",
        "import pmmlkit.cli.score, pmmlkit.cli.validate, pmmlkit.cli.export, pmmlkit.cli.parity",
        "import pmmlkit.cli.show",
        "import pmmlkit.spark",
    ],
)
def test_importing_is_light(code: str) -> None:
    assert not loaded_by(code) & HEAVY


def test_the_package_alone_loads_next_to_nothing() -> None:
    assert not loaded_by("import pmmlkit") & {"numpy", "narwhals", "click", "lxml"}


def test_the_list_of_commands_needs_no_numpy() -> None:
    code = "from pmmlkit.cli import _run\nassert _run(['--help']) == 0"
    assert not loaded_by(code) & {"numpy", "narwhals", "lxml"}
    for name in ("export", "validate", "show", "score", "parity"):
        code = f"from pmmlkit.cli import _run\nassert _run([{name!r}, '--help']) == 0"
        assert not loaded_by(code) & {"numpy", "narwhals", "lxml", *HEAVY}, name

"""What rules ask of a document, worked out once: elements by kind, where they stand, fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Final, TypeVar

import numpy as np

from pmmlkit.errors import MarkupError, PmmlError
from pmmlkit.language.data_dictionary import DataField, FieldRules
from pmmlkit.language.define_function import DefineFunction
from pmmlkit.language.derived_field import DerivedField
from pmmlkit.language.document import Document
from pmmlkit.language.explanation import ModelExplanation
from pmmlkit.language.expressions import typed_text
from pmmlkit.language.extension import Extension
from pmmlkit.language.mining_schema import MiningField
from pmmlkit.language.models.embedded import ResultField
from pmmlkit.language.models.model import Model
from pmmlkit.language.models.tree.node_table import NodeTable
from pmmlkit.language.output import OutputField
from pmmlkit.language.scope import Compiled
from pmmlkit.language.statistics import ModelStats
from pmmlkit.validation.rules.forest import Forest, Mask, forests
from pmmlkit.xml.declaration import Element

__all__ = ["Facts", "FieldFacts"]

Kind = TypeVar("Kind", bound=Element)
Found = TypeVar("Found")

_DEFINING = (DataField, DerivedField, MiningField)
_INFORMATIVE = (ModelStats, ModelExplanation, Extension)

NUMBERS: Final = frozenset({"integer", "float", "double"})


@dataclass(frozen=True, slots=True)
class FieldFacts:
    """A field as it is seen at some place; `rules` are those of a sound DataField."""

    name: str
    data_type: str
    optype: str | None
    rules: FieldRules | None = None

    @property
    def is_measured(self) -> bool:
        """Tell whether the values are numbers that are ordered as numbers are."""
        return self.data_type in NUMBERS and self.optype != "ordinal"

    def lists(self, text: str, at: Element) -> bool:
        """Tell whether the dictionary allows a category, or lists none at all."""
        rules = self.rules
        if rules is None or not rules.values:
            return True
        try:
            return typed_text(text, rules.type, at, "value") in rules.values
        except MarkupError:
            return True  # what is no value of the type is said by the compiler


class Facts:
    """A document with what rules ask of it."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.root = document.root
        self._parents: dict[int, Element] = {}
        self._inside: dict[int, list[Element]] = {}
        self._by_kind: dict[type[Element], list[Element]] = {}
        self._worked_out: dict[tuple[object, Forest], Any] = {}
        self._models: dict[int, tuple[Model, ...]] = {}
        self._global: frozenset[str] | None = None
        self._mentioned: dict[int, frozenset[str]] = {}
        self._reached: dict[int, frozenset[str]] = {}
        self._fields: dict[int, dict[str, FieldFacts | None]] = {}
        self._scopes: dict[int, dict[str, FieldFacts | None] | None] = {}
        self._defined: dict[int, tuple[dict[str, DerivedField], dict[str, MiningField]]] = {}
        self._of_dictionary: dict[tuple[str, str | None], FieldFacts] = {}
        stack: list[Element] = [self.root]
        while stack:
            element = stack.pop()
            self._by_kind.setdefault(type(element), []).append(element)
            inside = _inside(element)
            if not inside:
                continue
            self._inside[id(element)] = inside
            for child in inside:
                self._parents[id(child)] = element
            stack.extend(reversed(inside))

    def of(self, kind: type[Kind]) -> list[Kind]:
        """Return the elements of a class or its subclasses, in document order by class."""
        found: list[Any] = []
        for known, elements in self._by_kind.items():
            if issubclass(known, kind):
                found += elements
        return found

    def parent(self, element: Element) -> Element | None:
        """Return the element around an element."""
        return self._parents.get(id(element))

    def above(self, element: Element) -> Iterator[Element]:
        """Yield the elements around an element, the nearest first."""
        parent = self.parent(element)
        while parent is not None:
            yield parent
            parent = self.parent(parent)

    def models(self, element: Element) -> tuple[Model, ...]:
        """Return the models around an element, itself included, the innermost first."""
        parent = self.parent(element)
        outer = self._models.get(id(parent))
        if outer is None:
            outer = tuple(item for item in self.above(element) if isinstance(item, Model))
            self._models[id(parent)] = outer
        return (element, *outer) if isinstance(element, Model) else outer

    def path(self, element: Element) -> str:
        """Return the tags from the root to an element."""
        return "/".join(item.tag for item in reversed((element, *self.above(element))))

    def is_inside(self, element: Element, *kinds: type[Element]) -> bool:
        """Tell whether an element stands in one of some kinds."""
        return any(isinstance(item, kinds) for item in self.above(element))

    @cached_property
    def data_fields(self) -> dict[str, DataField]:
        """The fields of the DataDictionary by name, the first of each."""
        found: dict[str, DataField] = {}
        for item in self.of(DataField):
            found.setdefault(item.name, item)
        return found

    @cached_property
    def global_fields(self) -> dict[str, DerivedField]:
        """The derived fields of the TransformationDictionary by name."""
        dictionary = self.root.transformation_dictionary
        fields = dictionary.derived_fields if dictionary is not None else ()
        return {item.name: item for item in fields if item.name is not None}

    @cached_property
    def rules(self) -> dict[str, FieldRules]:
        """What sound DataFields say of their values."""
        found = {}
        for name, item in self.data_fields.items():
            try:
                found[name] = item.rules()
            except PmmlError:
                continue  # the compiler says what is wrong
        return found

    @cached_property
    def forests(self) -> tuple[Forest, ...]:
        """All nodes of all trees, as few tables as can be."""
        trees = [
            element
            for elements in self._by_kind.values()
            for element in elements
            if isinstance(getattr(element, "nodes", None), NodeTable)
        ]
        return forests(trees)

    def worked_out(self, work: Callable[[Forest, Facts], Found], forest: Forest) -> Found:
        """Return what a function makes of a forest, which is worked out once."""
        key = (work, forest)
        if key not in self._worked_out:
            self._worked_out[key] = work(forest, self)
        found: Found = self._worked_out[key]
        return found

    def tests(self, forest: Forest, asked: Callable[[FieldFacts], object]) -> Mask:
        """Tell for each node of a forest whether it tests a field of which something holds."""
        fields = self.worked_out(_tested, forest)
        # Many trees test the same few fields.
        found = {id(item): item is not None and bool(asked(item)) for item in fields}
        holds: Mask = np.array([*(found[id(item)] for item in fields), False])[forest.pairs[1]]
        return holds

    def tested(self, forest: Forest, node: int) -> FieldFacts | None:
        """Return the field that a node tests."""
        pair = int(forest.pairs[1][node])
        return None if pair < 0 else self.worked_out(_tested, forest)[pair]

    def field(self, name: str, at: Element) -> FieldFacts | None:
        """Return the field that a name means at an element; None where that cannot be told."""
        key = id(at)
        if key not in self._scopes:
            models = self.models(at)
            is_told = bool(models) or not self.is_inside(at, DefineFunction)
            model = id(models[0]) if models else 0
            self._scopes[key] = self._fields.setdefault(model, {}) if is_told else None
        scope = self._scopes[key]
        if scope is None:
            return None
        if name not in scope:
            scope[name] = self._resolved(name, self.models(at))
        return scope[name]

    def _resolved(self, name: str, models: tuple[Model, ...]) -> FieldFacts | None:
        for model in models:
            if id(model) not in self._defined:
                self._defined[id(model)] = (_local_fields(model), _mining_fields(model))
            local, taken = self._defined[id(model)]
            derived = local.get(name)
            if derived is not None:
                return FieldFacts(name, derived.data_type, derived.optype)
            mining = taken.get(name)
            if mining is not None and name in self.data_fields:
                return self._data_field(name, mining)
        if name in self.global_fields:
            derived = self.global_fields[name]
            return FieldFacts(name, derived.data_type, derived.optype)
        return self._data_field(name, None) if not models and name in self.data_fields else None

    def _data_field(self, name: str, mining: MiningField | None) -> FieldFacts:
        item = self.data_fields[name]
        optype = mining.optype if mining is not None and mining.optype else item.optype
        key = (name, optype)
        if key not in self._of_dictionary:
            rules = self.rules.get(name)
            self._of_dictionary[key] = FieldFacts(name, item.data_type, optype, rules)
        return self._of_dictionary[key]

    def mentioned(self, model: Model | None = None) -> frozenset[str]:
        """Return all texts that may name a field in a model (None: in the document): attributes
        that are free texts, those that define fields apart.
        """
        key = id(model) if model is not None else 0
        if key not in self._mentioned:
            found: set[str] = set()
            stack: list[Element] = [self.root if model is None else model]
            while stack:
                element = stack.pop()
                kind = type(element)
                if issubclass(kind, _INFORMATIVE):
                    continue
                for name in _free_texts(kind):
                    text = getattr(element, name)
                    if isinstance(text, str):
                        found.add(text)
                table = getattr(element, "nodes", None)
                if isinstance(table, NodeTable):
                    found.update(table.field_names())
                stack += self._inside.get(id(element), ())
            self._mentioned[key] = frozenset(found)
        return self._mentioned[key]

    def reached(self, model: Model) -> frozenset[str]:
        """Return what may name a field in a model, or in the global fields."""
        if self._global is None:
            dictionary = self.root.transformation_dictionary
            fields = () if dictionary is None else tuple(dictionary.walk())
            self._global = frozenset(
                name for item in fields if isinstance(item, Compiled) for name in item.references()
            )
        key = id(model)
        if key not in self._reached:
            self._reached[key] = self.mentioned(model) | self._global
        return self._reached[key]

    def defined(self) -> frozenset[str]:
        """Return the names of all fields that the document defines somewhere."""
        names: list[str | None] = [
            *(item.name for item in self.of(DataField)),
            *(item.name for item in self.of(DerivedField)),
            *(item.name for item in self.of(OutputField)),
            *(item.name for item in self.of(ResultField)),
        ]
        return frozenset(name for name in names if name is not None)

    def target(self, at: Element) -> FieldFacts | None:
        """Return the only target of the innermost model around an element."""
        for model in self.models(at):
            names = [item.name for item in model.mining_schema.mining_fields if item.is_target]
            if len(names) == 1:
                return self.field(names[0], model)
            if names:
                return None
        return None


def _tested(forest: Forest, facts: Facts) -> list[FieldFacts | None]:
    """Return the field of each pair of a tree and a field that it tests."""
    texts, trees = forest.pool.texts, forest.trees
    return [facts.field(texts[name], trees[tree]) for tree, name in forest.pairs[0]]


@cache
def _free_texts(kind: type[Element]) -> tuple[str, ...]:
    """Return the attributes of a class that may name a field, unless it defines one."""
    if issubclass(kind, _DEFINING):
        return ()
    return tuple(item.name for item in kind.declaration.attributes if item.values is None)


def _inside(element: Element) -> list[Element]:
    found = element.elements()
    table = getattr(element, "nodes", None)
    if isinstance(table, NodeTable):
        found += [inner for _, inner in table.elements()]
    return found


def _local_fields(model: Model) -> dict[str, DerivedField]:
    local = model.local_transformations
    fields = local.derived_fields if local is not None else ()
    return {item.name: item for item in fields if item.name is not None}


def _mining_fields(model: Model) -> dict[str, MiningField]:
    if not isinstance(model.mining_schema, Element):
        return {}
    return {item.name: item for item in model.mining_schema.mining_fields}

"""SupportVectorMachineModel to predictor: fields, vectors, machines and the rule that decides.

Semantics chapter 11.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.text import parse_text
from pmmlkit.columns.types import DOUBLE, FLOAT, STRING, DataType
from pmmlkit.language import mistakes
from pmmlkit.language.arrays import Array
from pmmlkit.language.expressions import FieldRef, NormDiscrete
from pmmlkit.language.mistakes import unsupported, wrong
from pmmlkit.language.models.regression import CategoricalPredictor
from pmmlkit.language.models.support_vector_machine.declaration import (
    COEFFICIENTS,
    ONE_AGAINST_ALL,
    ONE_AGAINST_ONE,
    SUPPORT_VECTORS,
    LinearKernelType,
)
from pmmlkit.language.models.support_vector_machine.kernel import kernel_function
from pmmlkit.language.models.support_vector_machine.machines import (
    FieldMachines,
    Machines,
    VectorMachines,
)
from pmmlkit.language.models.support_vector_machine.predictor import (
    MachineInputs,
    MachinesClassification,
    MachinesRegression,
)
from pmmlkit.language.models.support_vector_machine.verdict import (
    OneAgainstAll,
    OneAgainstOne,
    Verdict,
    Vote,
)
from pmmlkit.language.unary import as_number
from pmmlkit.xml.declaration import Element

if TYPE_CHECKING:
    from pmmlkit.language.models.prediction import Predictor
    from pmmlkit.language.models.support_vector_machine.declaration import (
        SupportVectorMachine,
        SupportVectorMachineModel,
        VectorInstance,
    )
    from pmmlkit.language.models.target_field import TargetField
    from pmmlkit.language.scope import Scope
    from pmmlkit.language.step import Step

__all__ = ["compile_machines"]

_ONE_CATEGORY: Final = "PMML370"
_READ_AS_PAIRS: Final = "PMML371"
_ALTERNATE_INFERRED: Final = "PMML372"


def compile_machines(
    model: SupportVectorMachineModel, scope: Scope, target: TargetField | None
) -> Predictor:
    """Compile a SupportVectorMachineModel.

    Raises MarkupError where vectors, coefficients and categories do not fit together.
    """
    function = model.function_name
    if function not in ("regression", "classification"):
        raise unsupported(
            model,
            f"a SupportVectorMachineModel cannot have functionName {function!r}",
            code=mistakes.FUNCTION_NAME,
        )
    inputs = _inputs(model, scope)
    machines = _machines(model, scope)
    if function == "regression":
        count = len(model.support_vector_machines)
        if count != 1:
            raise wrong(
                model,
                f"a regression has one SupportVectorMachine, not {count}",
                code=mistakes.WRONG_COUNT,
            )
        return MachinesRegression(inputs, machines, model.computes_in_float)
    type = STRING if target is None else target.type
    verdict, classes = _Decision(model, scope, type, target).compile()
    return MachinesClassification(inputs, machines, verdict, classes, type)


# --- fields


def _inputs(model: SupportVectorMachineModel, scope: Scope) -> MachineInputs:
    steps, names = [], []
    for item in model.vector_dictionary.vector_fields.fields:
        with scope.compilation.gather():
            if isinstance(item, CategoricalPredictor):
                steps.append(_indicator(item, scope))
                names.append(item.name)
            else:
                steps.append(_number(item, scope))
                names.append(item.field)
    return MachineInputs(steps, names)


def _number(item: FieldRef, scope: Scope) -> Step:
    step = scope.compile(item)
    if step.type.is_temporal:
        text = f"{item.field!r} is a {step.type.name}, not a number"
        raise wrong(item, text, code=mistakes.FIELD_TYPE, field=item.field)
    return as_number(step)


def _indicator(item: CategoricalPredictor, scope: Scope) -> Step:
    if item.coefficient != 1:
        text = f"the coefficient of an entry of a vector is 1, not {item.coefficient}"
        raise wrong(item, text, code=mistakes.OUT_OF_RANGE, field=item.name)
    return scope.compile(NormDiscrete(field=item.name, value=item.value, line=item.line))


# --- machines


def _machines(model: SupportVectorMachineModel, scope: Scope) -> Machines:
    dtype = (FLOAT if model.computes_in_float else DOUBLE).dtype
    count = len(model.vector_dictionary.vector_fields.fields)
    if model.svm_representation == COEFFICIENTS:
        return _of_fields(model, count, dtype)
    if model.svm_representation != SUPPORT_VECTORS:
        raise unsupported(
            model,
            f"svmRepresentation {model.svm_representation!r} is not supported",
            code=mistakes.REFUSED_VALUE,
        )
    known = _Vectors(model, scope, count)
    machines = [known.machine(item) for item in model.support_vector_machines]
    return VectorMachines(known.matrix(), kernel_function(model.kernel), machines, dtype)


def _of_fields(model: SupportVectorMachineModel, count: int, dtype: np.dtype[Any]) -> FieldMachines:
    if not isinstance(model.kernel, LinearKernelType):
        text = f"svmRepresentation {COEFFICIENTS!r} is for the linear kernel, not a "
        raise wrong(model, text + model.kernel.tag, code=mistakes.METHOD)
    for machine in model.support_vector_machines:
        found = len(machine.coefficients.coefficients)
        if found != count:
            raise wrong(
                machine, f"has {found} coefficients for {count} fields", code=mistakes.WRONG_COUNT
            )
    coefficients = [
        [item.value for item in machine.coefficients.coefficients]
        for machine in model.support_vector_machines
    ]
    constants = [machine.coefficients.absolute_value for machine in model.support_vector_machines]
    return FieldMachines(
        np.array(coefficients, np.float64).T, np.array(constants, np.float64), dtype
    )


class _Vectors:
    """The VectorInstances that machines refer to, in the order of the document."""

    def __init__(self, model: SupportVectorMachineModel, scope: Scope, size: int) -> None:
        self._size = size
        self._limits = scope.compilation.limits
        self._arrays: dict[str, npt.NDArray[np.float64]] = {}
        for item in model.vector_dictionary.vector_instances:
            if item.id in self._arrays:
                raise wrong(
                    item, f"two vectors have the id {item.id!r}", code=mistakes.DUPLICATE_ID
                )
            self._arrays[item.id] = self._vector(item)
        used = {
            vector.vector_id
            for machine in model.support_vector_machines
            if machine.support_vectors is not None
            for vector in machine.support_vectors.support_vectors
        }
        self._used = [id for id in self._arrays if id in used]
        self._positions = {id: at for at, id in enumerate(self._used)}

    def _vector(self, item: VectorInstance) -> npt.NDArray[np.float64]:
        """Read one; a wrong length is an error also where no machine refers to it."""
        if not isinstance(item.array, Array):
            return item.array.dense(self._size, self._limits)
        values = item.array.numbers(self._limits)
        if len(values) != self._size:
            text = f"vector {item.id!r} has {len(values)} entries for {self._size} fields"
            raise wrong(item, text, code=mistakes.WRONG_COUNT)
        return values

    def machine(self, item: SupportVectorMachine) -> tuple[list[int], list[float], float]:
        """Return positions and coefficients of a machine's vectors, and its constant."""
        if item.support_vectors is None or not item.support_vectors.support_vectors:
            raise wrong(item, "needs SupportVectors", code=mistakes.MISSING_ELEMENT)
        coefficients = [one.value for one in item.coefficients.coefficients]
        vectors = item.support_vectors.support_vectors
        if len(coefficients) != len(vectors):
            text = f"has {len(coefficients)} coefficients for {len(vectors)} support vectors"
            raise wrong(item, text, code=mistakes.WRONG_COUNT)
        positions = []
        for vector in vectors:
            if vector.vector_id not in self._arrays:
                raise wrong(
                    vector, f"there is no vector {vector.vector_id!r}", code=mistakes.MISSING_VECTOR
                )
            positions.append(self._positions[vector.vector_id])
        return positions, coefficients, item.coefficients.absolute_value

    def matrix(self) -> npt.NDArray[np.float64]:
        """Return the vectors in use (fields, vectors)."""
        return np.array([self._arrays[id] for id in self._used]).T


# --- the rule that decides


class _Decision:
    """Finds the categories of a classification and how machines decide between them."""

    def __init__(
        self,
        model: SupportVectorMachineModel,
        scope: Scope,
        type: DataType,
        target: TargetField | None,
    ) -> None:
        self._model = model
        self._scope = scope
        self._type = type
        self._valid = () if target is None else target.values
        self._machines = model.support_vector_machines
        self._categories: dict[Any, int] = {}

    def compile(self) -> tuple[Verdict, tuple[Any, ...]]:
        """Return the rule, and the categories in the order in which machines name them."""
        model = self._model
        if model.classification_method not in (ONE_AGAINST_ALL, ONE_AGAINST_ONE):
            raise unsupported(
                model,
                f"classificationMethod {model.classification_method!r} is not supported",
                code=mistakes.REFUSED_VALUE,
            )
        verdict: Verdict
        if self._is_of_pairs():
            votes = [self._vote(machine) for machine in self._machines]
            verdict = OneAgainstOne(votes, len(self._categories), max_wins=model.max_wins)
        else:
            for machine in self._machines:
                value = self._value(machine, machine.target_category, "targetCategory")
                if value in self._categories:
                    text = f"two machines are for {machine.target_category!r}; pairs of categories "
                    raise wrong(
                        machine,
                        f"{text}need classificationMethod {ONE_AGAINST_ONE!r}",
                        code=mistakes.DUPLICATE_ENTRY,
                    )
                self._position(value)
            verdict = OneAgainstAll(max_wins=model.max_wins)
        return verdict, tuple(self._categories)

    def _is_of_pairs(self) -> bool:
        model = self._model
        if model.classification_method == ONE_AGAINST_ONE:
            return True
        machines = self._machines
        if len(machines) == 1:
            # The specification: one machine decides between two categories by its threshold. JPMML
            # takes the method by its word and predicts the one category of the machine.
            if self._alternate(machines[0]) is not None:
                text = "a single machine with an alternate category decides by its threshold"
                self._scope.compilation.warn(_READ_AS_PAIRS, text, model)
                return True
            text = "a single machine without an alternate category leaves one to predict"
            self._scope.compilation.warn(_ONE_CATEGORY, text, model)
            return False
        # Before PMML 4.0 there was no classificationMethod: the machines tell.
        is_old = self._scope.compilation.version < "4"
        return is_old and all(item.alternate_target_category is not None for item in machines)

    def _vote(self, machine: SupportVectorMachine) -> Vote:
        first = self._value(machine, machine.target_category, "targetCategory")
        second = self._alternate(machine)
        if second is None:
            raise wrong(
                machine,
                f"{ONE_AGAINST_ONE} needs an alternateTargetCategory",
                code=mistakes.MISSING_ATTRIBUTE,
            )
        is_binary = (
            machine.alternate_target_category is None
            and self._model.alternate_binary_target_category is not None
        )
        bound = self._model.threshold if machine.threshold is None else machine.threshold
        return Vote(self._position(first), self._position(second), float(bound), is_binary)

    def _alternate(self, machine: SupportVectorMachine) -> Any:
        """Return the other category of a machine: its own, the model's, or the one that is left."""
        model = self._model
        if machine.alternate_target_category is not None:
            return self._value(
                machine, machine.alternate_target_category, "alternateTargetCategory"
            )
        if model.alternate_binary_target_category is not None:
            text = model.alternate_binary_target_category
            return self._value(model, text, "alternateBinaryTargetCategory")
        value = self._value(machine, machine.target_category, "targetCategory")
        if len(self._machines) == 1 and len(self._valid) == 2 and value in self._valid:
            (other,) = (item for item in self._valid if item != value)
            text = (
                f"the machine names no alternateTargetCategory: {other!r} is taken, which is left"
            )
            self._scope.compilation.warn(_ALTERNATE_INFERRED, text, machine)
            return other
        return None

    def _value(self, element: Element, text: str | None, name: str) -> Any:
        if text is None:
            raise wrong(
                element, f"a classification needs a {name}", code=mistakes.MISSING_ATTRIBUTE
            )
        try:
            return parse_text(text, self._type)
        except ValueError as error:
            raise wrong(
                element, f"{name} {text!r} is no {self._type.name}", code=mistakes.NOT_OF_TYPE
            ) from error

    def _position(self, value: Any) -> int:
        return self._categories.setdefault(value, len(self._categories))

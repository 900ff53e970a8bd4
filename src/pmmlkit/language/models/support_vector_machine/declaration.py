"""The elements of SupportVectorMachineModel. Specification: chapter Support Vector Machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pmmlkit.language.extension import Extension
from pmmlkit.language.models.model import Model
from pmmlkit.xml.content import child as leaf
from pmmlkit.xml.content import choice, repeat, seq
from pmmlkit.xml.declaration import Element, attribute, child, children, enumeration
from pmmlkit.xml.lexical import BOOLEAN, COUNT, INTEGER, NUMBER

if TYPE_CHECKING:
    from pmmlkit.language.arrays import Array, RealSparseArray
    from pmmlkit.language.expressions import FieldRef
    from pmmlkit.language.models.prediction import Predictor
    from pmmlkit.language.models.regression import CategoricalPredictor
    from pmmlkit.language.models.target_field import TargetField
    from pmmlkit.language.scope import Scope

__all__ = [
    "Coefficient",
    "Coefficients",
    "Kernel",
    "LinearKernelType",
    "PolynomialKernelType",
    "RadialBasisKernelType",
    "SigmoidKernelType",
    "SupportVector",
    "SupportVectorMachine",
    "SupportVectorMachineModel",
    "SupportVectors",
    "VectorDictionary",
    "VectorFields",
    "VectorInstance",
]

ONE_AGAINST_ALL: Final = "OneAgainstAll"
ONE_AGAINST_ONE: Final = "OneAgainstOne"
SUPPORT_VECTORS: Final = "SupportVectors"
COEFFICIENTS: Final = "Coefficients"


class Kernel(Element, abstract=True):
    """What is computed of two vectors."""


class LinearKernelType(Kernel):
    """The dot product. Specification: Support Vector Machine."""

    description: str | None = attribute(default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())


class PolynomialKernelType(Kernel):
    """A power of the scaled dot product. Specification: Support Vector Machine."""

    description: str | None = attribute(default=None)
    gamma: float = attribute(type=NUMBER, default=1)
    coef0: float = attribute(type=NUMBER, default=1)
    degree: float = attribute(type=NUMBER, default=1)
    extensions: tuple[Extension, ...] = children("Extension", default=())


class RadialBasisKernelType(Kernel):
    """A bell around the vector. Specification: Support Vector Machine."""

    description: str | None = attribute(default=None)
    gamma: float = attribute(type=NUMBER, default=1)
    extensions: tuple[Extension, ...] = children("Extension", default=())


class SigmoidKernelType(Kernel):
    """The tanh of the scaled dot product. Specification: Support Vector Machine."""

    description: str | None = attribute(default=None)
    gamma: float = attribute(type=NUMBER, default=1)
    coef0: float = attribute(type=NUMBER, default=1)
    extensions: tuple[Extension, ...] = children("Extension", default=())


class VectorFields(
    Element,
    content=seq(
        repeat(leaf("Extension", into="extensions")),
        repeat(
            choice(
                leaf("FieldRef", into="fields"),
                leaf("CategoricalPredictor", into="fields", since="4.3"),
            ),
            1,
        ),
    ),
):
    """What the entries of the vectors are. Specification: Support Vector Machine."""

    number_of_fields: int | None = attribute(
        type=COUNT, default=None, earlier={"4.3": {"type": INTEGER}}
    )
    extensions: tuple[Extension, ...] = children("Extension", default=())
    fields: tuple[FieldRef | CategoricalPredictor, ...] = children(
        "FieldRef", "CategoricalPredictor", minimum=1
    )


class VectorInstance(Element):
    """One vector. Specification: Support Vector Machine."""

    id: str = attribute(required=True)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    array: RealSparseArray | Array = child("REAL-SparseArray", "Array", required=True)


class VectorDictionary(Element):
    """The vectors that the machines refer to. Specification: Support Vector Machine."""

    number_of_vectors: int | None = attribute(
        type=COUNT, default=None, earlier={"4.3": {"type": INTEGER}}
    )
    extensions: tuple[Extension, ...] = children("Extension", default=())
    vector_fields: VectorFields = child("VectorFields", required=True)
    vector_instances: tuple[VectorInstance, ...] = children("VectorInstance", default=())


class SupportVector(Element):
    """A vector of a machine, by its id. Specification: Support Vector Machine."""

    vector_id: str = attribute(required=True)
    extensions: tuple[Extension, ...] = children("Extension", default=())


class SupportVectors(Element):
    """The vectors of a machine. Specification: Support Vector Machine."""

    number_of_support_vectors: int | None = attribute(
        type=COUNT, default=None, earlier={"4.3": {"type": INTEGER}}
    )
    number_of_attributes: int | None = attribute(
        type=COUNT, default=None, earlier={"4.3": {"type": INTEGER}}
    )
    extensions: tuple[Extension, ...] = children("Extension", default=())
    support_vectors: tuple[SupportVector, ...] = children("SupportVector", minimum=1)


class Coefficient(Element):
    """The coefficient of a vector, or of a field. Specification: Support Vector Machine."""

    value: float = attribute(type=NUMBER, default=0)
    extensions: tuple[Extension, ...] = children("Extension", default=())


class Coefficients(Element):
    """The coefficients of a machine. Specification: Support Vector Machine."""

    number_of_coefficients: int | None = attribute(
        type=COUNT, default=None, earlier={"4.3": {"type": INTEGER}}
    )
    absolute_value: float = attribute(type=NUMBER, default=0)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    coefficients: tuple[Coefficient, ...] = children("Coefficient", minimum=1)


class SupportVectorMachine(Element):
    """One function of the fields. Specification: Support Vector Machine."""

    target_category: str | None = attribute(default=None)
    alternate_target_category: str | None = attribute(default=None)
    threshold: float | None = attribute(type=NUMBER, default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    support_vectors: SupportVectors | None = child("SupportVectors", default=None)
    coefficients: Coefficients = child("Coefficients", required=True)


class SupportVectorMachineModel(Model):
    """A regression by one machine, or a classification by several. Specification: Support Vector
    Machine.

    The `number_of_...` attributes of the elements inside have no effect.
    """

    threshold: float = attribute(type=NUMBER, default=0)
    svm_representation: str = attribute(
        default=SUPPORT_VECTORS, values=enumeration(SUPPORT_VECTORS, COEFFICIENTS)
    )
    classification_method: str = attribute(
        default=ONE_AGAINST_ALL, values=enumeration(ONE_AGAINST_ALL, ONE_AGAINST_ONE)
    )
    max_wins: bool = attribute(type=BOOLEAN, default=False, since="4.3")
    alternate_binary_target_category: str | None = attribute(default=None, until="4.0")
    kernel: Kernel = child(
        "LinearKernelType",
        "PolynomialKernelType",
        "RadialBasisKernelType",
        "SigmoidKernelType",
        required=True,
    )
    vector_dictionary: VectorDictionary = child("VectorDictionary", required=True)
    support_vector_machines: tuple[SupportVectorMachine, ...] = children(
        "SupportVectorMachine", minimum=1
    )

    def build(self, scope: Scope, target: TargetField | None) -> Predictor:
        """Compile the machines and what decides between them."""
        from pmmlkit.language.models.support_vector_machine.compile import compile_machines

        return compile_machines(self, scope, target)

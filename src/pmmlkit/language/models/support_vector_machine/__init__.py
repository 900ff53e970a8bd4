"""SupportVectorMachineModel. Specification: chapter Support Vector Machine."""

from pmmlkit.language.models.support_vector_machine.declaration import (
    Coefficient,
    Coefficients,
    LinearKernelType,
    PolynomialKernelType,
    RadialBasisKernelType,
    SigmoidKernelType,
    SupportVector,
    SupportVectorMachine,
    SupportVectorMachineModel,
    SupportVectors,
    VectorDictionary,
    VectorFields,
    VectorInstance,
)

__all__ = [
    "Coefficient",
    "Coefficients",
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

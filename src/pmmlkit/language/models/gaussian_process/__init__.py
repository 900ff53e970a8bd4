"""GaussianProcessModel. Specification: chapter Gaussian Process."""

from pmmlkit.language.models.gaussian_process.declaration import (
    AbsoluteExponentialKernel,
    ARDSquaredExponentialKernel,
    GaussianProcessModel,
    GeneralizedExponentialKernel,
    Lambda,
    RadialBasisKernel,
)

__all__ = [
    "ARDSquaredExponentialKernel",
    "AbsoluteExponentialKernel",
    "GaussianProcessModel",
    "GeneralizedExponentialKernel",
    "Lambda",
    "RadialBasisKernel",
]

"""The elements of GaussianProcessModel. Specification: chapter Gaussian Process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pmmlkit.language.extension import Extension
from pmmlkit.language.models.model import Model
from pmmlkit.xml.declaration import Element, attribute, child, children
from pmmlkit.xml.lexical import NUMBER

if TYPE_CHECKING:
    from pmmlkit.language.arrays import Array
    from pmmlkit.language.models.prediction import Predictor
    from pmmlkit.language.models.target_field import TargetField
    from pmmlkit.language.scope import Scope
    from pmmlkit.language.training_instances import TrainingInstances

__all__ = [
    "KERNELS",
    "ARDSquaredExponentialKernel",
    "AbsoluteExponentialKernel",
    "GaussianProcessModel",
    "GeneralizedExponentialKernel",
    "Kernel",
    "Lambda",
    "RadialBasisKernel",
]

KERNELS: Final = (
    "RadialBasisKernel",
    "ARDSquaredExponentialKernel",
    "AbsoluteExponentialKernel",
    "GeneralizedExponentialKernel",
)


class Lambda(Element, since="4.3"):
    """The length scales of a kernel, one a feature. Specification: Gaussian Process."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    array: Array = child("Array", required=True)


class Kernel(Element, abstract=True):
    """What all kernels have: `gamma` is their value at distance 0; `noise_variance` is added to
    the diagonal.
    """

    description: str | None = attribute(default=None)
    gamma: float = attribute(type=NUMBER, default=1)
    noise_variance: float = attribute(type=NUMBER, default=1)
    extensions: tuple[Extension, ...] = children("Extension", default=())


class RadialBasisKernel(Kernel, since="4.3"):
    """``gamma exp(-|x - z|^2 / (2 lambda^2))``. Specification: Gaussian Process."""

    length_scale: float = attribute("lambda", type=NUMBER, default=1)


class ARDSquaredExponentialKernel(Kernel, since="4.3"):
    """``gamma exp(-1/2 sum ((x_i - z_i) / lambda_i)^2)``. Specification: Gaussian Process."""

    lambdas: tuple[Lambda, ...] = children("Lambda", default=())


class AbsoluteExponentialKernel(Kernel, since="4.3"):
    """``gamma exp(-sum |x_i - z_i| / lambda_i)``. Specification: Gaussian Process."""

    lambdas: tuple[Lambda, ...] = children("Lambda", default=())


class GeneralizedExponentialKernel(Kernel, since="4.3"):
    """``gamma exp(-sum (|x_i - z_i| / lambda_i)^degree)``. Specification: Gaussian Process."""

    degree: float = attribute(type=NUMBER, default=1)
    lambdas: tuple[Lambda, ...] = children("Lambda", default=())


class GaussianProcessModel(Model, since="4.3"):
    """A prediction by all training instances, weighted by a kernel. Specification: Gaussian
    Process.

    `optimizer` says how the parameters were found, which has no effect.
    """

    optimizer: str | None = attribute(default=None)
    kernel: Kernel = child(*KERNELS, required=True)
    training_instances: TrainingInstances = child("TrainingInstances", required=True)

    def build(self, scope: Scope, target: TargetField | None) -> Predictor:
        """Solve for the weights of the instances."""
        from pmmlkit.language.models.gaussian_process.predictor import compile_gaussian_process

        return compile_gaussian_process(self, scope, target)

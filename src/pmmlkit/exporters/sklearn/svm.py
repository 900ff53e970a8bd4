"""sklearn.svm: kernels over vectors as SupportVectorMachineModel."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import ExportError
from pmmlkit.exporters import finals
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.features import Feature, Predicted, as_number, uniform
from pmmlkit.exporters.fields import BoundField
from pmmlkit.exporters.frame import Draft, Frame
from pmmlkit.exporters.linear_form import linear_draft
from pmmlkit.exporters.registry import converts, decides
from pmmlkit.exporters.sklearn.attributes import kernel_gamma, pair_machines
from pmmlkit.exporters.sklearn.multiclass import Duel, votes_of_pairs
from pmmlkit.exporters.texts import number_texts
from pmmlkit.language.arrays import Array
from pmmlkit.language.expressions import FieldRef
from pmmlkit.language.models.support_vector_machine import (
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

__all__ = ["kernel_machine", "kernel_of", "one_class_svm", "svc", "svr"]

Doubles = npt.NDArray[np.float64]
Kernel = LinearKernelType | PolynomialKernelType | RadialBasisKernelType | SigmoidKernelType


def kernel_of(estimator: Any, gamma: float) -> Kernel:
    """Return the kernel of an estimator; raise ExportError where PMML does not have it."""
    name = estimator.kernel
    if name == "linear":
        return LinearKernelType()
    if name == "rbf":
        return RadialBasisKernelType(gamma=gamma)
    if name in ("poly", "polynomial"):
        return PolynomialKernelType(
            gamma=gamma, coef0=float(estimator.coef0), degree=float(estimator.degree)
        )
    if name == "sigmoid":
        return SigmoidKernelType(gamma=gamma, coef0=float(estimator.coef0))
    called = name if isinstance(name, str) else getattr(name, "__name__", repr(name))
    raise ExportError(
        f"{type(estimator).__name__} has the kernel {called!r}: PMML has the kernels linear, poly, "
        "rbf and sigmoid only"
    )


def kernel_machine(
    features: Sequence[Feature],
    kernel: Kernel,
    vectors: Doubles,
    coefficients: Doubles,
    constant: float,
) -> Draft:
    """Return a regression: the constant plus the sum of the coefficients (vectors,) times the
    kernel of each of the vectors (vectors, features).
    """
    used = np.flatnonzero(coefficients)
    if isinstance(kernel, LinearKernelType) or not len(used):
        return linear_draft(features, coefficients @ vectors, constant)

    def build(frame: Frame, fields: tuple[BoundField, ...]) -> SupportVectorMachineModel:
        machine = _machine(used.tolist(), coefficients[used], constant)
        return SupportVectorMachineModel(
            **frame.parts(fields),
            kernel=kernel,
            vector_dictionary=_dictionary(fields, used.tolist(), vectors[used]),
            support_vector_machines=(machine,),
        )

    return Draft(tuple(map(as_number, features)), build)


def _dictionary(
    fields: Sequence[BoundField], numbers: Sequence[int], vectors: Doubles
) -> VectorDictionary:
    width = vectors.shape[1]
    texts = number_texts(vectors.ravel())
    instances = tuple(
        VectorInstance(
            id=str(number),
            array=Array(n=width, type="real", text=" ".join(texts[at * width : (at + 1) * width])),
        )
        for at, number in enumerate(numbers)
    )
    references = tuple(FieldRef(field=field.name) for field in fields)
    return VectorDictionary(
        number_of_vectors=len(instances),
        vector_fields=VectorFields(number_of_fields=len(references), fields=references),
        vector_instances=instances,
    )


def _machine(
    numbers: Sequence[int],
    coefficients: Doubles,
    constant: float,
    first: str | None = None,
    second: str | None = None,
) -> SupportVectorMachine:
    vectors = tuple(SupportVector(vector_id=str(number)) for number in numbers)
    return SupportVectorMachine(
        target_category=first,
        alternate_target_category=second,
        support_vectors=SupportVectors(
            number_of_support_vectors=len(vectors), support_vectors=vectors
        ),
        coefficients=Coefficients(
            number_of_coefficients=len(vectors),
            absolute_value=constant,
            coefficients=tuple(Coefficient(value=value) for value in coefficients.tolist()),
        ),
    )


def _dense(matrix: Any) -> Doubles:
    return np.asarray(matrix.toarray() if hasattr(matrix, "toarray") else matrix, np.float64)


@converts("sklearn.svm.SVR", "sklearn.svm.NuSVR")
def svr(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert to one machine."""
    return _single(estimator, features)


def _single(estimator: Any, features: Sequence[Feature]) -> Draft:
    kernel = kernel_of(estimator, kernel_gamma(estimator))
    uniform(features, estimator.n_features_in_, estimator)
    return kernel_machine(
        features,
        kernel,
        _dense(estimator.support_vectors_),
        _dense(estimator.dual_coef_)[0],
        float(estimator.intercept_[0]),
    )


@decides("sklearn.svm.OneClassSVM")
def one_class_decision(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Return the distance from the boundary."""
    return [Predicted("decision", _single(estimator, features))]


@converts("sklearn.svm.OneClassSVM")
def one_class_svm(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert: 1 inside the boundary, -1 outside and on it."""
    (score,) = one_class_decision(estimator, features, context)
    return finals.by_sign(context, score)


@decides("sklearn.svm.SVC", "sklearn.svm.NuSVC")
def svc_decisions(estimator: Any, features: Sequence[Feature], context: Context) -> list[Feature]:
    """Return the decision of two classes; of more the votes of the pairs and their confidences, or
    (``decision_function_shape="ovo"``) the decisions of the pairs.
    """
    count = len(estimator.classes_)
    if count == 2:
        return [Predicted("decision", _single(estimator, features))]
    uniform(features, estimator.n_features_in_, estimator)
    kernel = kernel_of(estimator, kernel_gamma(estimator))
    vectors = _dense(estimator.support_vectors_)
    # libsvm's decisions are above 0 for the first class of a pair, votes are for the second
    sign = -1.0 if estimator.decision_function_shape == "ovr" else 1.0
    decisions: list[Feature] = [
        Predicted(
            f"decision({pair.first + 1},{pair.second + 1})",
            kernel_machine(
                features,
                kernel,
                vectors[pair.numbers],
                sign * pair.coefficients,
                sign * pair.constant,
            ),
        )
        for pair in _pairs(estimator)
    ]
    if estimator.decision_function_shape == "ovo":
        return decisions
    return votes_of_pairs([Duel(it, it, 0.0) for it in decisions], count)


@converts("sklearn.svm.SVC", "sklearn.svm.NuSVC")
def svc(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert: two classes by the sign of the decision, more by the votes of pairs.

    There are no probabilities: libsvm solves a system of equations for each row, of two classes as
    well, and stops when it is near enough. PMML cannot state that; CalibratedClassifierCV has
    probabilities that it can.
    """
    if len(estimator.classes_) > 2:
        return _votes(estimator, features, context)
    (score,) = svc_decisions(estimator, features, context)
    return finals.by_sign(context, score)


class _Pair(NamedTuple):
    """Two classes, by number, and the machine that tells them apart: coefficients of the support
    vectors of these numbers, and the constant; above 0 is the first class.
    """

    first: int
    second: int
    numbers: npt.NDArray[np.intp]
    coefficients: Doubles
    constant: float


def _pairs(estimator: Any) -> list[_Pair]:
    coefficients, constants = pair_machines(estimator)
    start = np.concatenate([[0], np.cumsum(estimator.n_support_)]).tolist()
    found = []
    pairs = combinations(range(len(estimator.classes_)), 2)
    for (first, second), constant in zip(pairs, constants.tolist(), strict=True):
        ours = np.arange(start[first], start[first + 1])
        theirs = np.arange(start[second], start[second + 1])
        values = np.concatenate([coefficients[second - 1, ours], coefficients[first, theirs]])
        found.append(_Pair(first, second, np.concatenate([ours, theirs]), values, constant))
    return found


def _votes(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    if estimator.break_ties and estimator.decision_function_shape == "ovr":
        return finals.by_largest(context, svc_decisions(estimator, features, context))
    uniform(features, estimator.n_features_in_, estimator)
    kernel = kernel_of(estimator, kernel_gamma(estimator))
    vectors = _dense(estimator.support_vectors_)
    labels = context.target.labels

    def build(frame: Frame, fields: tuple[BoundField, ...]) -> SupportVectorMachineModel:
        # Of classes with as many votes libsvm takes the first class, engines take the one that got
        # a vote first: so each begins with a vote, in the order of the classes.
        beginning = [
            _machine([0], np.zeros(1), -1.0, label, labels[at - 1])
            for at, label in enumerate(labels)
        ]
        # PMML's first class wins below the threshold, libsvm's above it
        machines = [
            _machine(
                pair.numbers.tolist(),
                -pair.coefficients,
                -pair.constant,
                labels[pair.first],
                labels[pair.second],
            )
            for pair in _pairs(estimator)
        ]
        return SupportVectorMachineModel(
            **frame.parts(fields, probabilities=False),
            classification_method="OneAgainstOne",
            kernel=kernel,
            vector_dictionary=_dictionary(fields, range(len(vectors)), vectors),
            support_vector_machines=(*beginning, *machines),
        )

    return Draft(tuple(map(as_number, features)), build, has_shares=False)

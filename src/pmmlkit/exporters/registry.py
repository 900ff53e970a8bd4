"""Which function converts an estimator of which class: a table by dotted name."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module, metadata
from threading import RLock
from types import MappingProxyType
from typing import Any, Final, TypeVar

from pmmlkit.errors import ExportError

__all__ = [
    "GROUP",
    "Converter",
    "Registry",
    "converts",
    "decides",
    "public_names",
    "registry",
    "transforms",
]

GROUP: Final = "pmmlkit.exporters"
"""The entry-point group: each entry names a module whose import registers converters."""

MODULES: Final = MappingProxyType(
    {
        "sklearn": (
            "pmmlkit.exporters.sklearn.pipeline",
            "pmmlkit.exporters.sklearn.compose",
            "pmmlkit.exporters.sklearn.preprocessing",
            "pmmlkit.exporters.sklearn.encoders",
            "pmmlkit.exporters.sklearn.power",
            "pmmlkit.exporters.sklearn.quantiles",
            "pmmlkit.exporters.sklearn.splines",
            "pmmlkit.exporters.sklearn.labels",
            "pmmlkit.exporters.sklearn.feature_extraction",
            "pmmlkit.exporters.sklearn.impute",
            "pmmlkit.exporters.sklearn.iterative_imputer",
            "pmmlkit.exporters.sklearn.neighbor_imputer",
            "pmmlkit.exporters.sklearn.feature_selection",
            "pmmlkit.exporters.sklearn.decomposition",
            "pmmlkit.exporters.sklearn.random_projection",
            "pmmlkit.exporters.sklearn.kernel_approximation",
            "pmmlkit.exporters.sklearn.random_trees",
            "pmmlkit.exporters.sklearn.linear_model",
            "pmmlkit.exporters.sklearn.svm",
            "pmmlkit.exporters.sklearn.kernel_ridge",
            "pmmlkit.exporters.sklearn.cross_decomposition",
            "pmmlkit.exporters.sklearn.dummy",
            "pmmlkit.exporters.sklearn.isotonic",
            "pmmlkit.exporters.sklearn.meta_ensembles",
            "pmmlkit.exporters.sklearn.calibration",
            "pmmlkit.exporters.sklearn.multiclass",
            "pmmlkit.exporters.sklearn.multioutput",
            "pmmlkit.exporters.sklearn.wrappers",
            "pmmlkit.exporters.sklearn.tree",
            "pmmlkit.exporters.sklearn.ensemble",
            "pmmlkit.exporters.sklearn.isolation_forest",
            "pmmlkit.exporters.sklearn.gradient_boosting",
            "pmmlkit.exporters.sklearn.naive_bayes",
            "pmmlkit.exporters.sklearn.discriminant_analysis",
            "pmmlkit.exporters.sklearn.mixture",
            "pmmlkit.exporters.sklearn.covariance",
            "pmmlkit.exporters.sklearn.cluster",
            "pmmlkit.exporters.sklearn.neighbors",
            "pmmlkit.exporters.sklearn.neural_network",
            "pmmlkit.exporters.sklearn.gaussian_process",
            "pmmlkit.exporters.sklearn.semi_supervised",
            "pmmlkit.exporters.sklearn.hist_gradient_boosting",
            "pmmlkit.exporters.tracing.converter",
        ),
        "interpret": ("pmmlkit.exporters.interpret",),
        "lightgbm": ("pmmlkit.exporters.lightgbm.estimators",),
        "xgboost": ("pmmlkit.exporters.xgboost.converters",),
        "catboost": ("pmmlkit.exporters.catboost.converters",),
        "statsmodels": ("pmmlkit.exporters.statsmodels.converters",),
        "category_encoders": ("pmmlkit.exporters.category_encoders",),
        "imblearn": ("pmmlkit.exporters.imbalanced_learn",),
        "sklearn_pandas": ("pmmlkit.exporters.sklearn_pandas",),
        "optbinning": (
            "pmmlkit.exporters.optbinning.binning",
            "pmmlkit.exporters.optbinning.scorecard",
        ),
        "mlxtend": ("pmmlkit.exporters.mlxtend.converters",),
        "sklego": (
            "pmmlkit.exporters.scikit_lego.transformers",
            "pmmlkit.exporters.scikit_lego.predictors",
            "pmmlkit.exporters.scikit_lego.groups",
        ),
    }
)
"""Our own modules with converters, by the top-level package of the estimators."""

REFUSALS: Final = MappingProxyType(
    {
        "sklearn": "pmmlkit.exporters.sklearn.refused",
        "optbinning": "pmmlkit.exporters.optbinning.refused",
        "mlxtend": "pmmlkit.exporters.mlxtend.refused",
        "sklego": "pmmlkit.exporters.scikit_lego.refused",
    }
)
"""The modules whose table ``REFUSED`` says of classes why they cannot be exported."""

Converter = Callable[[Any, Any, Any], Any]
"""Takes the estimator, its input features and the `Context`; returns features or a `Draft` of a
model.
"""

ConverterT = TypeVar("ConverterT", bound=Converter)

_HARMLESS = ("fit", "partial_fit", "score", "get_", "set_", "_fit", "_abc", "_parameter", "__")
"""Starts of names that a subclass may define without changing what it predicts."""


class Registry:
    """Converters by the dotted name of the class."""

    def __init__(self) -> None:
        self._converters: dict[str, Converter] = {}
        self._deciders: dict[str, Converter] = {}
        self._transformers: dict[str, Converter] = {}
        self._loaded: set[str] = set()
        self._loading: set[str] = set()
        self._lock = RLock()

    def add(
        self,
        name: str,
        converter: Converter,
        *,
        replace: bool = False,
        decides: bool = False,
        transforms: bool = False,
    ) -> None:
        """Register a converter, or what makes the decision function, or what a predictor transforms
        to; raise ExportError where another one stands already, unless `replace`.
        """
        table = self._table(decides, transforms)
        package = name.partition(".")[0]
        if not converter.__module__.startswith("pmmlkit.exporters."):
            self._load(package)
        present = table.get(name)
        if present is not None and present is not converter and not replace:
            raise ExportError(
                f"a converter of {name} is registered already "
                f"({present.__module__}.{present.__qualname__}): pass replace=True to put "
                "another in its place"
            )
        table[name] = converter

    def _table(self, decides: bool, transforms: bool) -> dict[str, Converter]:
        if transforms:
            return self._transformers
        return self._deciders if decides else self._converters

    def find(
        self, estimator: object, *, decides: bool = False, transforms: bool = False
    ) -> Converter | None:
        """Return the converter of the estimator's class, or what makes its decision function, or
        what it transforms to where it predicts as well.

        Of a class that has none, a base class counts if what is predicted is inherited unchanged.
        """
        lineage = type(estimator).__mro__
        table = self._table(decides, transforms)
        for at, kind in enumerate(lineage):
            self._load(kind.__module__.partition(".")[0])
            found = next(
                (table[name] for name in public_names(kind) if name in table),
                None,
            )
            if found is not None:
                return found if _inherits(lineage[:at], lineage[at:]) else None
        return None

    def name_of(self, kind: str | type) -> str:
        """Return the name by which a class is registered: of a class, one that is registered
        already, else where it is defined.
        """
        if isinstance(kind, str):
            return kind
        self._load(kind.__module__.partition(".")[0])
        names = list(public_names(kind))
        return next((name for name in names if name in self._converters), names[0])

    def refusal(self, estimator: object) -> str | None:
        """Return why an estimator of this class cannot be exported, None where nobody says so.

        What is said of a base class counts if what is predicted is inherited unchanged.
        """
        lineage = type(estimator).__mro__
        for at, kind in enumerate(lineage):
            module = REFUSALS.get(kind.__module__.partition(".")[0])
            reasons = {} if module is None else import_module(module).REFUSED
            for name in public_names(kind):
                if name in reasons and _inherits(lineage[:at], lineage[at:]):
                    return str(reasons[name])
        return None

    def names(self) -> tuple[str, ...]:
        """Return the names of all classes that have a converter, sorted."""
        for package in MODULES:
            self._load(package)
        return tuple(sorted(self._converters))

    def _load(self, package: str) -> None:
        if package in self._loaded:
            return
        with self._lock:
            if package in self._loaded or package in self._loading:
                return
            # what is imported registers itself, and so comes back here
            self._loading.add(package)
            for module in MODULES.get(package, ()):
                import_module(module)
            self._load_entry_points()
            self._loaded.add(package)

    def _load_entry_points(self) -> None:
        if GROUP in self._loading:
            return
        self._loading.add(GROUP)
        for entry in metadata.entry_points(group=GROUP):
            try:
                entry.load()
            except ImportError as error:
                raise ExportError(
                    f"the exporters of {entry.value} cannot be imported: {error}"
                ) from error


def public_names(kind: type) -> Iterator[str]:
    """Yield the names of a class: by the module that defines it, and by the packages that it may be
    imported from.
    """
    parts = kind.__module__.split(".")
    for length in range(len(parts), 0, -1):
        yield ".".join([*parts[:length], kind.__qualname__])


def _inherits(heirs: tuple[type, ...], bases: tuple[type, ...]) -> bool:
    """Tell whether the heirs define nothing anew that could change what the bases predict or
    transform.
    """
    inherited = {name for base in bases[:-1] for name in vars(base)}
    for heir in heirs:
        for name, value in vars(heir).items():
            changes = name in inherited and not name.startswith(_HARMLESS)
            if changes and (inspect.isroutine(value) or hasattr(value, "__get__")):
                return False
    return True


@cache
def registry() -> Registry:
    """Return the registry of this process."""
    return Registry()


def converts(*names: str | type, replace: bool = False) -> Callable[[ConverterT], ConverterT]:
    """Register a function as the converter of these classes: the classes themselves, or their
    dotted names where they need not be imported.

    ``@converts("package.Class")`` or ``@converts(MyTransformer)`` over ``convert(estimator,
    features, context)``: for a transformer, return the list of features that it makes; for a
    predictor, return a `Draft`. See ``pmmlkit.exporters.features`` and
    ``pmmlkit.exporters.builder``. `replace`: take the place of a converter that is registered
    already.
    """

    def register(converter: ConverterT) -> ConverterT:
        for name in names:
            registry().add(registry().name_of(name), converter, replace=replace)
        return converter

    return register


def decides(*names: str | type, replace: bool = False) -> Callable[[ConverterT], ConverterT]:
    """Register a function that returns the columns of ``decision_function`` as features: one for
    two classes, else one for each class.

    Meta-estimators call it for the estimators inside them; see `Context.decisions`.
    """

    def register(converter: ConverterT) -> ConverterT:
        for name in names:
            registry().add(registry().name_of(name), converter, replace=replace, decides=True)
        return converter

    return register


def transforms(*names: str | type, replace: bool = False) -> Callable[[ConverterT], ConverterT]:
    """Register a function that returns what ``transform`` of a class makes that predicts as well
    (``KMeans``, ``LinearDiscriminantAnalysis``): it counts where a transformer stands, as inside a
    pipeline. Classes that only transform are registered by `converts`.
    """

    def register(converter: ConverterT) -> ConverterT:
        for name in names:
            registry().add(registry().name_of(name), converter, replace=replace, transforms=True)
        return converter

    return register

"""From a GeneralRegressionModel to its predictor: reference categories, offsets, links.

Semantics chapter 9.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pmmlkit.columns.text import parse_text
from pmmlkit.columns.types import DOUBLE, STRING, DataType
from pmmlkit.language import mistakes
from pmmlkit.language.mistakes import unsupported, wrong
from pmmlkit.language.models.general_regression.design import Covariate, Design, number_step
from pmmlkit.language.models.general_regression.hazard import compile_hazard
from pmmlkit.language.models.general_regression.linear import LinearPredictor, Term
from pmmlkit.language.models.general_regression.links import IDENTITY, inverse_link
from pmmlkit.language.models.general_regression.predictor import MeanPredictor
from pmmlkit.language.models.general_regression.uncertainty import (
    compile_spread,
    variance_function,
)
from pmmlkit.language.models.regression.normalization import Distribution, complement, distribution
from pmmlkit.language.models.regression.predictor import ClassificationPredictor
from pmmlkit.language.step import Constant, Step
from pmmlkit.xml.declaration import Element

if TYPE_CHECKING:
    from pmmlkit.language.models.general_regression.declaration import (
        GeneralRegressionModel,
        PCell,
    )
    from pmmlkit.language.models.prediction import Predictor
    from pmmlkit.language.models.target_field import TargetField
    from pmmlkit.language.scope import Scope

__all__ = ["compile_general_regression"]

_NO_EFFECT: Final = "PMML364"
_REPEATED_CELL: Final = "PMML365"
_UNUSED_CELLS: Final = "PMML366"

_TOO_MANY: Final = 2**63

_FUNCTIONS: Final = {
    "regression": ("regression",),
    "generalLinear": ("regression",),
    "generalizedLinear": ("regression", "classification"),
    "multinomialLogistic": ("classification",),
    "ordinalMultinomial": ("classification",),
    "CoxRegression": ("regression",),
}
_WITH_OFFSET: Final = ("generalizedLinear", "ordinalMultinomial")


def compile_general_regression(
    model: GeneralRegressionModel, scope: Scope, target: TargetField | None
) -> Predictor:
    """Compile a GeneralRegressionModel.

    Raises MarkupError where its parts do not fit each other, the function or the target.
    """
    functions = _FUNCTIONS.get(model.model_type)
    if functions is None:
        raise wrong(
            model, f"modelType {model.model_type!r} is unknown", code=mistakes.UNKNOWN_VALUE
        )
    if model.function_name not in ("regression", "classification"):
        raise unsupported(
            model,
            f"a {model.tag} cannot have functionName {model.function_name!r}",
            code=mistakes.FUNCTION_NAME,
        )
    if model.function_name not in functions:
        raise wrong(
            model,
            f"modelType {model.model_type!r} cannot have functionName {model.function_name!r}",
            code=mistakes.FUNCTION_NAME,
        )
    builder = _Builder(model, scope)
    if model.function_name == "classification":
        return builder.classification(target)
    return builder.regression()


class _Builder:
    """The parts of a model on the way to its predictor."""

    def __init__(self, model: GeneralRegressionModel, scope: Scope) -> None:
        self._model = model
        self._scope = scope
        # A hazard is always a double.
        self._is_single = model.computes_in_float and model.model_type != "CoxRegression"
        self._texts: dict[Any, str] = {}
        self._design = Design(model, scope)
        self._cells = model.param_matrix.cells
        if not self._cells:
            raise wrong(model.param_matrix, "ParamMatrix has no PCell", code=mistakes.EMPTY_MODEL)
        seen: set[tuple[str | None, str]] = set()
        for cell in self._cells:
            with scope.compilation.gather():
                self._design.check_parameter(cell.parameter_name, cell)
            key = (cell.target_category, cell.parameter_name)
            if key in seen:
                text = f"two PCells of {cell.parameter_name!r}, which are added"
                scope.compilation.warn(_REPEATED_CELL, text, cell)
            seen.add(key)

    # --- one number

    def regression(self) -> Predictor:
        """Compile a model of one linear predictor."""
        model = self._model
        named = tuple(dict.fromkeys(cell.target_category for cell in self._cells))
        categories = [name for name in named if name is not None]
        if len(categories) > 1:
            raise wrong(
                model.param_matrix,
                "a regression cannot have several targetCategory",
                code=mistakes.CONTRADICTION,
            )
        category = categories[0] if categories else None
        own = self._design.target_categories
        if category is None and own and not self._design.has_common_cells:
            if len(own) > 1:
                raise wrong(
                    model.pp_matrix,
                    "a regression cannot have several targetCategory",
                    code=mistakes.CONTRADICTION,
                )
            category = own[0]
        predictor = LinearPredictor(
            [*self._terms(self._cells, category), *self._offset()], is_single=self._is_single
        )
        if model.model_type == "CoxRegression":
            self._say_unused("trialsVariable", "trialsValue")
            return compile_hazard(model, self._scope, predictor, self._reference_sum())
        is_generalized = model.model_type == "generalizedLinear"
        if not is_generalized:
            self._say_unused("trialsVariable", "trialsValue")
            if model.link_function not in (None, "identity"):
                self._say_unused("linkFunction")
        matrix = model.p_cov_matrix
        return MeanPredictor(
            predictor,
            inverse_link(model) if is_generalized else IDENTITY,
            is_single=self._is_single,
            trials=self._trials() if is_generalized else None,
            spread=None if matrix is None else compile_spread(matrix, self._design, category),
            degrees=self._degrees(),
            variance=variance_function(model) if is_generalized else None,
        )

    def _terms(self, cells: tuple[PCell, ...], category: str | None) -> list[Term]:
        terms = []
        for cell in cells:
            with self._scope.compilation.gather():
                parts = self._design.parts(cell.parameter_name, category, cell)
                terms.append(Term(cell.beta, parts))
        return terms

    def _reference_sum(self) -> float:
        parameters = self._design.parameters
        total = 0.0
        for cell in self._cells:
            if cell.parameter_name in parameters:
                total += cell.beta * parameters[cell.parameter_name].reference_point
        return total

    def _offset(self) -> list[Term]:
        model = self._model
        if model.model_type not in _WITH_OFFSET:
            self._say_unused("offsetVariable", "offsetValue")
            return []
        if model.offset_variable is not None:
            if model.offset_value is not None:
                self._say_unused("offsetValue")
            step = self._number(model.offset_variable)
            return [Term(1.0, (Covariate(step, 1.0),))]
        if model.offset_value is not None:
            return [Term(model.offset_value)]
        return []

    def _trials(self) -> Step | None:
        model = self._model
        if model.trials_variable is not None:
            if model.trials_value is not None:
                self._say_unused("trialsValue")
            return self._number(model.trials_variable)
        if model.trials_value is not None:
            if abs(model.trials_value) >= _TOO_MANY:
                raise wrong(
                    model,
                    f"trialsValue {model.trials_value} is beyond 64 bit",
                    code=mistakes.OUT_OF_RANGE,
                )
            return Constant(float(model.trials_value), DOUBLE)
        return None

    def _number(self, name: str) -> Step:
        return number_step(self._scope.read(name, self._model), self._model, name)

    def _degrees(self) -> float | None:
        degrees = self._model.model_df
        if degrees is not None and not degrees > 0:
            raise wrong(
                self._model,
                f"modelDF is {degrees:g}, and must be greater than 0",
                code=mistakes.OUT_OF_RANGE,
            )
        return degrees

    def _say_unused(self, *names: str) -> None:
        for item in type(self._model).declaration.attributes:
            if item.xml_name in names and getattr(self._model, item.name) is not None:
                text = f"{item.xml_name} has no effect here"
                self._scope.compilation.warn(_NO_EFFECT, text, self._model)

    # --- categories

    def classification(self, target: TargetField | None) -> Predictor:
        """Compile a model of one linear predictor for each category but the last."""
        model = self._model
        type = STRING if target is None else target.type
        self._texts.update(self._category_texts(type))
        classes = self._classes(type, () if target is None else target.values)
        is_ordinal = model.model_type == "ordinalMultinomial"
        self._check_cells(classes, is_ordinal=is_ordinal)
        offset = self._offset()
        self._say_unused("trialsVariable", "trialsValue")
        sums = []
        for value in classes[:-1]:
            text = self._texts.get(value)
            cells = tuple(item for item in self._cells if item.target_category in (None, text))
            terms = [*self._terms(cells, text), *offset]
            sums.append(LinearPredictor(terms, is_single=self._is_single))
        sums.append(LinearPredictor((), is_single=self._is_single))
        return ClassificationPredictor(
            sums, self._distribution(len(classes)), classes, type, self._is_single
        )

    def _category_texts(self, type: DataType) -> dict[Any, str]:
        """Return what the cells call each category."""
        texts: dict[Any, str] = {}
        named: list[tuple[Element, str | None]] = [
            (cell, cell.target_category) for cell in self._cells
        ]
        named += [(cell, cell.target_category) for cell in self._model.pp_matrix.cells]
        for cell, text in named:
            if text is not None:
                value = _category(text, type, cell)
                if texts.setdefault(value, text) != text:
                    raise wrong(
                        cell,
                        f"{texts[value]!r} and {text!r} are the same category",
                        code=mistakes.DUPLICATE_ENTRY,
                    )
        return texts

    def _classes(self, type: DataType, valid: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return the categories of the target, the reference last."""
        model = self._model
        reference = None
        if model.target_reference_category is not None:
            reference = _category(model.target_reference_category, type, model)
        classes = list(valid)
        if not valid:
            classes = list(self._texts)
            if reference is not None and reference not in classes:
                classes.append(reference)
        for value in (*self._texts, *(() if reference is None else (reference,))):
            if value not in classes:
                raise wrong(
                    model,
                    f"category {value!r} is no valid value of the target",
                    code=mistakes.UNKNOWN_CATEGORY,
                )
        if len(classes) < 2:
            raise wrong(
                model,
                "a classification needs two categories or more of the target",
                code=mistakes.CATEGORY_COUNT,
            )
        if model.model_type == "generalizedLinear" and len(classes) > 2:
            text = f"a generalizedLinear model is for two categories, the target has {len(classes)}"
            raise wrong(model, text, code=mistakes.CATEGORY_COUNT)
        if model.model_type == "ordinalMultinomial":
            return tuple(classes)
        if reference is None:
            reference = self._only_without_cells(classes)
        classes.remove(reference)
        return (*classes, reference)

    def _only_without_cells(self, classes: list[Any]) -> Any:
        named = {cell.target_category for cell in self._cells}
        without = [value for value in classes if self._texts.get(value) not in named - {None}]
        if len(without) != 1:
            text = (
                f"{len(without)} categories of the target have no PCell; "
                "name the reference in targetReferenceCategory"
            )
            raise wrong(self._model, text, code=mistakes.MISSING_ATTRIBUTE)
        return without[0]

    def _check_cells(self, classes: tuple[Any, ...], *, is_ordinal: bool) -> None:
        named = {cell.target_category for cell in self._cells} - {None}
        warn = self._scope.compilation.warn
        for value in classes[:-1]:
            # Of two categories, cells for no category are those of the one that is no reference.
            if self._texts.get(value) not in named and (is_ordinal or len(classes) > 2):
                raise wrong(
                    self._model.param_matrix,
                    f"category {value!r} has no PCell of its own",
                    code=mistakes.CATEGORY_COUNT,
                )
            if self._texts.get(value) not in named and named:
                raise wrong(
                    self._model.param_matrix,
                    f"category {value!r} has no PCell",
                    code=mistakes.CATEGORY_COUNT,
                )
        if self._texts.get(classes[-1]) in named:
            text = f"the PCells of {classes[-1]!r} have no effect: its probability is the rest"
            warn(_UNUSED_CELLS, text, self._model.param_matrix)

    def _distribution(self, size: int) -> Distribution:
        model = self._model
        if model.model_type == "generalizedLinear":
            return complement(inverse_link(model))
        if model.model_type == "ordinalMultinomial":
            if model.cumulative_link is None:
                raise wrong(
                    model,
                    "ordinalMultinomial needs a cumulativeLink",
                    code=mistakes.MISSING_ATTRIBUTE,
                )
            chosen = distribution(model.cumulative_link, size, is_ordinal=True)
        else:
            chosen = distribution("softmax", size, is_ordinal=False)
        if chosen is None:
            raise wrong(
                model,
                f"cumulativeLink {model.cumulative_link!r} is unknown",
                code=mistakes.UNKNOWN_VALUE,
            )
        return chosen


def _category(text: str, type: DataType, user: Element) -> Any:
    try:
        return parse_text(text, type)
    except ValueError as error:
        raise wrong(
            user, f"the category {text!r} is no {type.name}", code=mistakes.NOT_OF_TYPE
        ) from error

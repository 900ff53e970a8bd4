"""The elements of GeneralRegressionModel. Specification: chapter General Regression."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pmmlkit.language.extension import Extension
from pmmlkit.language.models.model import Model
from pmmlkit.xml.content import child as leaf
from pmmlkit.xml.content import choice, repeat, seq
from pmmlkit.xml.declaration import Element, attribute, child, children, enumeration
from pmmlkit.xml.lexical import INTEGER, NUMBER

if TYPE_CHECKING:
    from pmmlkit.language.data_dictionary import Interval, Value
    from pmmlkit.language.matrices import Matrix
    from pmmlkit.language.models import prediction
    from pmmlkit.language.models.target_field import TargetField
    from pmmlkit.language.scope import Scope

__all__ = [
    "BaseCumHazardTables",
    "BaselineCell",
    "BaselineStratum",
    "Categories",
    "Category",
    "CovariateList",
    "EventValues",
    "FactorList",
    "GeneralRegressionModel",
    "PCell",
    "PCovCell",
    "PCovMatrix",
    "PPCell",
    "PPMatrix",
    "ParamMatrix",
    "Parameter",
    "ParameterList",
    "Predictor",
]

MODEL_TYPE: Final = enumeration(
    "regression",
    "generalLinear",
    "multinomialLogistic",
    "ordinalMultinomial",
    "generalizedLinear",
    "CoxRegression",
)
LINK_FUNCTION: Final = enumeration(
    "cloglog",
    "identity",
    "log",
    "logc",
    "logit",
    "loglog",
    "negbin",
    "oddspower",
    "power",
    "probit",
)


class Parameter(Element):
    """The name of a coefficient. Specification: General Regression.

    `reference_point` is what a Cox regression takes for the value that belongs to the coefficient
    when it computes the risk that the baseline has.
    """

    name: str = attribute(required=True)
    label: str | None = attribute(default=None)
    reference_point: float = attribute(type=NUMBER, default=0.0)
    extensions: tuple[Extension, ...] = children("Extension", default=())


class ParameterList(Element):
    """The names of the coefficients. Specification: General Regression."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    parameters: tuple[Parameter, ...] = children("Parameter", default=())


class Category(Element):
    """One category of a factor. Specification: General Regression."""

    value: str = attribute(required=True)
    extensions: tuple[Extension, ...] = children("Extension", default=())


class Categories(Element):
    """The categories of a factor in the order of its Matrix. Specification: General Regression."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    categories: tuple[Category, ...] = children("Category", minimum=1)


class Predictor(Element):
    """A field that enters the model: a factor or a covariate. Specification: General Regression.

    `matrix`: the contrasts of a factor, a row for each category; `contrast_matrix_type` only names
    them.
    """

    name: str = attribute(required=True)
    contrast_matrix_type: str | None = attribute(default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    categories: Categories | None = child("Categories", default=None)
    matrix: Matrix | None = child("Matrix", default=None)


class FactorList(Element):
    """The categorical predictors. Specification: General Regression."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    predictors: tuple[Predictor, ...] = children("Predictor", default=())


class CovariateList(Element):
    """The continuous predictors. Specification: General Regression."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    predictors: tuple[Predictor, ...] = children("Predictor", default=())


class PPCell(Element):
    """How a predictor enters what a coefficient multiplies. Specification: General Regression.

    `value`: the exponent of a covariate, the category of a factor.
    """

    value: str = attribute(required=True)
    predictor_name: str = attribute(required=True)
    parameter_name: str = attribute(required=True)
    target_category: str | None = attribute(default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())


class PPMatrix(Element):
    """What each coefficient multiplies. Specification: General Regression."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    cells: tuple[PPCell, ...] = children("PPCell", default=())


class PCovCell(Element):
    """A covariance of two coefficients. Specification: General Regression.

    `target_category` is of older versions and has no effect.
    """

    p_row: str = attribute(required=True)
    p_col: str = attribute(required=True)
    t_row: str | None = attribute(default=None)
    t_col: str | None = attribute(default=None)
    value: float = attribute(type=NUMBER, required=True)
    target_category: str | None = attribute(default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())


class PCovMatrix(Element):
    """The covariances of the coefficients; one half is enough. Specification: General Regression.

    `type` says how they were estimated and has no effect.
    """

    type: str | None = attribute(
        default=None, values=enumeration("model", "robust"), informative=True
    )
    extensions: tuple[Extension, ...] = children("Extension", default=())
    cells: tuple[PCovCell, ...] = children("PCovCell", minimum=1)


class PCell(Element):
    """The value of a coefficient. Specification: General Regression."""

    target_category: str | None = attribute(default=None)
    parameter_name: str = attribute(required=True)
    beta: float = attribute(type=NUMBER, required=True)
    df: int | None = attribute(type=INTEGER, default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())


class ParamMatrix(Element):
    """The values of the coefficients. Specification: General Regression."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    cells: tuple[PCell, ...] = children("PCell", default=())


class EventValues(Element):
    """What the status of an event is, for a Cox regression; it does not enter the score.

    Specification: General Regression.
    """

    extensions: tuple[Extension, ...] = children("Extension", default=())
    values: tuple[Value, ...] = children("Value", default=())
    intervals: tuple[Interval, ...] = children("Interval", default=())


class BaselineCell(Element):
    """The cumulative hazard of the baseline from a time on. Specification: General Regression."""

    time: float = attribute(type=NUMBER, required=True)
    cum_hazard: float = attribute(type=NUMBER, required=True)
    extensions: tuple[Extension, ...] = children("Extension", default=())


class BaselineStratum(Element):
    """The baseline of one stratum. Specification: General Regression."""

    value: str = attribute(required=True)
    label: str | None = attribute(default=None)
    max_time: float = attribute(type=NUMBER, required=True)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    cells: tuple[BaselineCell, ...] = children("BaselineCell", default=())


class BaseCumHazardTables(
    Element,
    content=seq(
        repeat(leaf("Extension", into="extensions")),
        choice(
            repeat(leaf("BaselineStratum", into="strata"), 1),
            repeat(leaf("BaselineCell", into="cells"), 1),
        ),
    ),
):
    """The cumulative hazard of the baseline, for all or by stratum.

    Specification: General Regression.
    """

    max_time: float | None = attribute(type=NUMBER, default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    strata: tuple[BaselineStratum, ...] = children("BaselineStratum", default=())
    cells: tuple[BaselineCell, ...] = children("BaselineCell", default=())


class GeneralRegressionModel(Model):
    """A linear predictor, or one a category, and what makes a prediction of it.

    Specification: General Regression. `distribution`, `start_time_variable`,
    `subject_id_variable`, `status_variable` and EventValues say how the model was made.
    """

    target_variable_name: str | None = attribute(default=None)
    model_type: str = attribute(required=True, values=MODEL_TYPE)
    target_reference_category: str | None = attribute(default=None)
    cumulative_link: str | None = attribute(
        default=None, values=enumeration("logit", "probit", "cloglog", "loglog", "cauchit")
    )
    link_function: str | None = attribute(default=None, values=LINK_FUNCTION)
    link_parameter: float | None = attribute(type=NUMBER, default=None)
    trials_variable: str | None = attribute(default=None)
    trials_value: int | None = attribute(type=INTEGER, default=None)
    distribution: str | None = attribute(
        default=None,
        values=enumeration("binomial", "gamma", "igauss", "negbin", "normal", "poisson", "tweedie"),
    )
    dist_parameter: float | None = attribute(type=NUMBER, default=None)
    offset_variable: str | None = attribute(default=None)
    offset_value: float | None = attribute(type=NUMBER, default=None)
    model_df: float | None = attribute("modelDF", type=NUMBER, default=None)
    end_time_variable: str | None = attribute(default=None)
    start_time_variable: str | None = attribute(default=None)
    subject_id_variable: str | None = attribute("subjectIDVariable", default=None)
    status_variable: str | None = attribute(default=None)
    baseline_strata_variable: str | None = attribute(default=None)
    parameter_list: ParameterList = child("ParameterList", required=True)
    factor_list: FactorList | None = child("FactorList", default=None)
    covariate_list: CovariateList | None = child("CovariateList", default=None)
    pp_matrix: PPMatrix = child("PPMatrix", required=True)
    p_cov_matrix: PCovMatrix | None = child("PCovMatrix", default=None)
    param_matrix: ParamMatrix = child("ParamMatrix", required=True)
    event_values: EventValues | None = child("EventValues", default=None)
    base_cum_hazard_tables: BaseCumHazardTables | None = child("BaseCumHazardTables", default=None)

    @property
    def target_field_name(self) -> str | None:
        """The field that the model says it predicts."""
        return self.target_variable_name

    def build(self, scope: Scope, target: TargetField | None) -> prediction.Predictor:
        """Compile the linear predictors and what follows them."""
        from pmmlkit.language.models.general_regression.model import compile_general_regression

        return compile_general_regression(self, scope, target)

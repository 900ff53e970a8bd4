"""Results of statsmodels: what the documents say, against statsmodels itself."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np
import pytest

import pmmlkit
from pmmlkit.errors import ExportError, PmmlError
from pmmlkit.language.models.general_regression import GeneralRegressionModel
from pmmlkit.language.models.regression import RegressionModel
from pmmlkit.parity.oracles import Oracle
from tests.exporters.agreement import Expected, assert_predicts, columns_of, label_text

pd = pytest.importorskip("pandas")
sm = pytest.importorskip("statsmodels.api")

import statsmodels.formula.api as smf
from scipy import stats
from statsmodels.genmod.families import links
from statsmodels.miscmodels.ordinal_model import OrderedModel

ROWS = 90

Fitted = tuple[Any, Any]
"""The results and the rows."""


@cache
def table() -> Any:
    """Numbers, texts, flags and targets of all kinds; the numbers are eighths."""
    random = np.random.default_rng(4)
    found = pd.DataFrame(
        {
            "mass": np.round(random.gamma(4.0, 0.5, ROWS) * 8) / 8 + 0.125,
            "depth": np.round(random.normal(0.0, 1.0, ROWS) * 8) / 8,
            "year": random.integers(2, 6, ROWS),
            "island": random.choice(["Biscoe", "Dream", "Torgersen & co"], ROWS),
            "adult": random.random(ROWS) < 0.5,
            "my column": np.round(random.normal(2.0, 1.0, ROWS) * 8) / 8,
        }
    )
    eta = 0.5 * found["mass"] + 0.2 * found["depth"] + 0.3 * (found["island"] == "Dream")
    found["weight"] = eta + random.normal(0, 0.3, ROWS)
    found["positive"] = np.exp(0.5 * eta) * random.gamma(9.0, 0.1, ROWS) + 0.05
    found["flag"] = (random.random(ROWS) < 1 / (1 + np.exp(1.2 - eta))).astype(int)
    found["count"] = random.poisson(np.exp(0.4 * eta))
    found["kind"] = np.array(["a", "b", "c"])[
        np.digitize(eta + random.normal(0, 1, ROWS), [0.9, 1.6])
    ]
    found["grade"] = np.digitize(eta + random.normal(0, 1, ROWS), [0.9, 1.6])
    return found


def exog() -> Any:
    return sm.add_constant(table()[["mass", "depth"]])


def fit(model: Any, **options: Any) -> Any:
    with warnings.catch_warnings():
        # how well the training goes is not what is tested
        warnings.simplefilter("ignore")
        return model.fit(**options)


def quiet(model: Any) -> Any:
    return fit(model, disp=0)


def glm(family: Any, target: str = "positive") -> Fitted:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = sm.GLM(table()[target], exog(), family=family)
    return fit(model), table()[["mass", "depth"]]


def plain(model: Any) -> Fitted:
    return fit(model), table()[["mass", "depth"]]


def discrete(model: Any) -> Fitted:
    return quiet(model), table()[["mass", "depth"]]


def formula(text: str, kind: str = "ols", **options: Any) -> Fitted:
    target = text.partition("~")[0].strip()
    data = table()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = getattr(smf, kind)(text, data, **options)
    found = quiet(fitted) if kind in ("logit", "probit", "mnlogit", "poisson") else fit(fitted)
    names = ["mass", "depth", "year", "island", "adult", "my column"]
    assert target in data.columns or "(" in target
    return found, data[names]


def arrays(with_constant: bool) -> Fitted:
    X = table()[["mass", "depth"]].to_numpy()
    rows = sm.add_constant(X)
    results = fit(sm.OLS(table()["weight"].to_numpy(), rows))
    return results, rows if with_constant else X


def ordered(distribution: str, target: str = "kind") -> Fitted:
    y = table()[target]
    y = pd.Series(pd.Categorical(y, ordered=True), name=target) if target == "kind" else y
    model = OrderedModel(y, table()[["mass", "depth"]], distr=distribution)
    return fit(model, method="bfgs", disp=0), table()[["mass", "depth"]]


def through(link: Any) -> Fitted:
    return glm(sm.families.Gaussian(link))


def inverse_gaussian() -> Fitted:
    """A target within the domain of the link 1 / x**2."""
    noise = np.random.default_rng(8).normal(1.0, 0.01, ROWS)
    y = noise / np.sqrt(0.5 + 0.2 * table()["mass"] + 0.02 * table()["depth"])
    model = sm.GLM(y.rename("y"), exog(), family=sm.families.InverseGaussian())
    return fit(model), table()[["mass", "depth"]]


CASES: Mapping[str, Callable[[], Fitted]] = {
    "ols": lambda: plain(sm.OLS(table()["weight"], exog())),
    "ols_no_constant": lambda: plain(sm.OLS(table()["weight"], table()[["mass", "depth"]])),
    "ols_array": lambda: arrays(False),
    "ols_array_with_constant": lambda: arrays(True),
    "ols_raw": lambda: (CASES["ols"]()[0]._results, table()[["mass", "depth"]]),
    "ols_regularized": lambda: (
        sm.OLS(table()["weight"], exog()).fit_regularized(alpha=0.05),
        table()[["mass", "depth"]],
    ),
    "wls": lambda: plain(sm.WLS(table()["weight"], exog(), weights=table()["mass"])),
    "gls": lambda: plain(sm.GLS(table()["weight"], exog(), sigma=table()["mass"])),
    "quantile": lambda: plain(sm.QuantReg(table()["weight"], exog())),
    "robust": lambda: plain(sm.RLM(table()["weight"], exog())),
    "gaussian": lambda: through(links.Identity()),
    "gaussian_log": lambda: through(links.Log()),
    "binomial": lambda: glm(sm.families.Binomial(), "flag"),
    "binomial_probit": lambda: glm(sm.families.Binomial(links.Probit()), "flag"),
    "binomial_cloglog": lambda: glm(sm.families.Binomial(links.CLogLog()), "flag"),
    "binomial_loglog": lambda: glm(sm.families.Binomial(links.LogLog()), "flag"),
    "binomial_cauchy": lambda: glm(sm.families.Binomial(links.Cauchy()), "flag"),
    "poisson_family": lambda: glm(sm.families.Poisson(), "count"),
    "poisson_sqrt": lambda: glm(sm.families.Poisson(links.Sqrt()), "count"),
    "gamma": lambda: glm(sm.families.Gamma()),
    "gamma_log": lambda: glm(sm.families.Gamma(links.Log())),
    "inverse_gaussian": inverse_gaussian,
    "negative_binomial_family": lambda: glm(sm.families.NegativeBinomial(alpha=0.5), "count"),
    "negative_binomial_link": lambda: glm(
        sm.families.NegativeBinomial(links.NegativeBinomial(alpha=0.5), alpha=0.5), "count"
    ),
    "tweedie": lambda: glm(sm.families.Tweedie(var_power=1.5)),
    "power": lambda: glm(sm.families.Tweedie(links.Power(0.25), var_power=1.5)),
    "logit": lambda: discrete(sm.Logit(table()["flag"], exog())),
    "logit_flag": lambda: discrete(sm.Logit(table()["flag"] == 1, exog().astype(float))),
    "logit_share": lambda: discrete(sm.Logit(table()["flag"] * 0.5 + 0.25, exog())),
    "probit": lambda: discrete(sm.Probit(table()["flag"], exog())),
    "multinomial": lambda: discrete(sm.MNLogit(table()["kind"], exog())),
    "multinomial_numbers": lambda: discrete(sm.MNLogit(table()["grade"], exog())),
    "poisson": lambda: discrete(sm.Poisson(table()["count"], exog())),
    "negative_binomial": lambda: discrete(sm.NegativeBinomial(table()["count"], exog())),
    "negative_binomial_p": lambda: discrete(sm.NegativeBinomialP(table()["count"], exog())),
    "generalized_poisson": lambda: discrete(sm.GeneralizedPoisson(table()["count"], exog())),
    "ordered_logit": lambda: ordered("logit"),
    "ordered_probit": lambda: ordered("probit"),
    "ordered_numbers": lambda: ordered("logit", "grade"),
    "formula": lambda: formula("weight ~ mass + depth"),
    "formula_categories": lambda: formula("weight ~ mass + C(island) + adult + C(year)"),
    "formula_reference": lambda: formula(
        "weight ~ C(island, Treatment('Dream')) * mass + adult:C(island)"
    ),
    "formula_sum": lambda: formula("weight ~ C(island, Sum) + year:depth + C(island):C(year)"),
    "formula_no_intercept": lambda: formula("weight ~ C(island):mass - 1"),
    "formula_functions": lambda: formula(
        "weight ~ np.log(mass) + I(depth**2) + np.exp(depth) * Q('my column') + mass:depth"
    ),
    "formula_glm": lambda: formula("positive ~ island + mass", "glm", family=sm.families.Gamma()),
    "formula_logit": lambda: formula("flag ~ island + mass", "logit"),
    "formula_multinomial": lambda: formula("grade ~ island + mass", "mnlogit"),
    "formula_poisson": lambda: formula("count ~ island + np.sqrt(mass)", "poisson"),
    "formula_log_target": lambda: formula("np.log(positive) ~ mass"),
    "formula_centered": lambda: formula("weight ~ center(np.log(mass)) * center(year)"),
    "formula_standardized": lambda: formula(
        "weight ~ scale(mass, ddof=1) + standardize(depth, rescale=False) + scale(year, False)"
    ),
    "formula_b_splines": lambda: formula(
        "weight ~ bs(mass, df=5) * island + bs(depth, 2, degree=0)"
    ),
    "formula_whole_b_splines": lambda: formula(
        "weight ~ bs(x=mass, knots=[1, 2, 2], degree=2, include_intercept=True) - 1"
    ),
    "formula_cubic_splines": lambda: formula("weight ~ cr(mass, df=4) + cc(depth, df=3):adult"),
    "formula_centered_splines": lambda: formula(
        "flag ~ cr(mass, 3, constraints='center') + cc(depth, 4, constraints='center')", "logit"
    ),
    "formula_tensor": lambda: formula("weight ~ te(cr(mass, df=3), cr(depth, df=3)) - 1"),
    "formula_centered_tensor": lambda: formula(
        "weight ~ te(cr(mass, 3), bs(depth, 4), constraints='center')"
    ),
}

SLICE = (
    "ols",
    "binomial_cloglog",
    "poisson_sqrt",
    "gamma",
    "inverse_gaussian",
    "negative_binomial_link",
    "logit",
    "probit",
    "multinomial",
    "ordered_logit",
    "ordered_probit",
    "formula_reference",
    "formula_functions",
    "formula_glm",
    "formula_standardized",
    "formula_b_splines",
    "formula_centered_splines",
    "formula_tensor",
)
"""The cases that other engines score when not all are asked for."""


@cache
def fitted(case: str) -> Fitted:
    return CASES[case]()


def design(results: Any, X: Any) -> Any:
    if hasattr(results.model, "formula") and results.model.formula is not None:
        return X
    width = results.model.exog.shape[1]
    return X if X.shape[1] == width else sm.add_constant(X, has_constant="add")


def expected(results: Any, X: Any, target: str) -> Expected:
    found = np.asarray(results.predict(design(results, X)))
    name = type(results.model).__name__
    if name in ("Logit", "Probit") and set(results.model.endog) <= {0.0, 1.0}:
        observed = results.model.data.orig_endog
        labels = [False, True] if np.asarray(observed).dtype == bool else [0, 1]
        found = np.stack([1.0 - found, found], axis=1)
    elif found.ndim == 1:
        return Expected(numbers={target: found})
    else:
        labels = sorted(set(table()[target].tolist()))
    best = [labels[at] for at in found.argmax(axis=1)]
    names = [f"probability({label_text(label)})" for label in labels]
    return Expected(
        {target: best},
        dict(zip(names, found.T, strict=True)),
        scales=dict.fromkeys(names, 1.0),
    )


def target_of(results: Any) -> str:
    return str(results.model.endog_names)


@pytest.mark.parametrize("case", CASES)
def test_pmmlkit_scores_as_statsmodels(case: str) -> None:
    results, X = fitted(case)
    target = target_of(results)
    assert_predicts(results, X, expected=expected(results, X, target))


@pytest.mark.parametrize("case", CASES if os.environ.get("PMMLKIT_FULL") == "1" else SLICE)
def test_oracle_scores_as_statsmodels(case: str, oracle: Oracle) -> None:
    results, X = fitted(case)
    wanted = expected(results, X, target_of(results))
    assert_predicts(results, X, expected=wanted, oracle=oracle, case=f"statsmodels-{case}")


def refused(reason: str, results: Any, X: Any = None) -> None:
    with pytest.raises(ExportError, match=reason):
        pmmlkit.export(results, X=X)


def test_what_cannot_be_stated_is_refused() -> None:
    data = table()
    counts, rows = data["count"], exog()
    refused(
        "results of statsmodels' ZeroInflatedPoisson", quiet(sm.ZeroInflatedPoisson(counts, rows))
    )
    refused("with exposure=", quiet(sm.Poisson(counts, rows, exposure=data["mass"])))
    family = sm.families.Poisson()
    refused("with offset=", fit(sm.GLM(counts, rows, family=family, offset=data["depth"])))
    y = pd.Series(pd.Categorical(data["kind"], ordered=True))
    model = OrderedModel(y, data[["mass", "depth"]], distr=stats.gumbel_r)
    refused("the distribution gumbel_r", fit(model, method="bfgs", disp=0))
    refused(
        "cannot be written as PMML.* a number is computed over all rows",
        formula("weight ~ I(mass - np.mean(mass))")[0],
    )
    results, X = formula("weight ~ mass + depth")
    refused("names the column 'depth', which is not in the data", results, X[["mass"]])
    results, X = CASES["ols"]()
    refused("fitted on the columns mass, depth", results, X[["mass"]])


def test_formulaic_designs_are_refused() -> None:
    pytest.importorskip("formulaic")
    from statsmodels.formula import options

    before = options.formula_engine
    options.formula_engine = "formulaic"
    try:
        results, X = formula("weight ~ mass + C(island)")
    finally:
        options.formula_engine = before
    refused("read by formulaic", results, X)
    refused("read by formulaic", results)


def test_rows_with_levels_that_patsy_refuses_are_refused() -> None:
    results, X = formula("weight ~ C(island) + mass")
    scored = pmmlkit.load(pmmlkit.export(results, X=X).to_bytes())
    row = {name: column[0] for name, column in columns_of(X).items()}
    for island in ("Nowhere", None):
        with pytest.raises(PmmlError):
            scored.evaluate({**row, "island": island})


def test_a_row_without_a_number_has_no_prediction() -> None:
    results, X = formula("weight ~ C(island) + np.log(mass)")
    scored = pmmlkit.load(pmmlkit.export(results).to_bytes())
    row = {name: column[0] for name, column in columns_of(X).items()}
    assert scored.evaluate({**row, "mass": None})["weight"] is None


def test_b_splines_have_no_values_outside_of_their_knots() -> None:
    results, X = formula("weight ~ bs(mass, df=4)")
    scored = pmmlkit.load(pmmlkit.export(results).to_bytes())
    low, high = float(X["mass"].min()), float(X["mass"].max())
    for mass in (low, high):
        wanted = results.predict(pd.DataFrame({"mass": [mass]}))[0]
        assert scored.evaluate({"mass": mass})["weight"] == pytest.approx(wanted, rel=1e-12)
    for mass in (low - 1e-9, high + 1e-9):
        with pytest.raises(Exception, match="fall outside"):
            results.predict(pd.DataFrame({"mass": [mass]}))
        assert scored.evaluate({"mass": mass})["weight"] is None


def test_names_and_types_come_from_the_results() -> None:
    fields = pmmlkit.export(CASES["ols"]()[0]).root.data_dictionary.data_fields
    assert [it.name for it in fields] == ["mass", "depth", "weight"]
    results = formula("weight ~ C(island) + year:mass + Q('my column')")[0]
    fields = pmmlkit.export(results).root.data_dictionary.data_fields
    assert [(it.name, it.data_type) for it in fields] == [
        ("mass", "double"),
        ("year", "integer"),
        ("island", "string"),
        ("my column", "double"),
        ("weight", "double"),
    ]


@pytest.mark.parametrize(
    "case", ["ols", "ols_array", "logit", "ordered_logit", "formula_functions"]
)
def test_documents_verify_themselves(case: str) -> None:
    results, X = fitted(case)
    document = pmmlkit.export(results, X=X, verification=5)
    assert pmmlkit.load(document.to_bytes()).verify().ok


def test_a_power_is_written_as_a_general_regression() -> None:
    (model,) = pmmlkit.export(CASES["gamma"]()[0]).root.models
    assert isinstance(model, GeneralRegressionModel)
    assert model.link_function == "power"
    (model,) = pmmlkit.export(CASES["gamma_log"]()[0]).root.models
    assert isinstance(model, RegressionModel)
    assert model.normalization_method == "exp"

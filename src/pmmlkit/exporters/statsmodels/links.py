"""Links of statsmodels' families, in the words of RegressionModel and GeneralRegressionModel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from pmmlkit.errors import ExportError

__all__ = ["Link", "link_of"]


@dataclass(frozen=True, slots=True)
class Link:
    """What makes the mean of a linear predictor: the normalizationMethod of a RegressionModel, else
    the linkFunction of a GeneralRegressionModel with its parameter.
    """

    normalization: str | None = None
    function: str = ""
    parameter: float | None = None

    @property
    def is_of_distribution(self) -> bool:
        """Tell whether the parameter is that of the distribution."""
        return self.function == "negbin"


_NORMALIZATIONS: Final = {
    "Identity": "none",
    "Log": "exp",
    "Logit": "logit",
    "Probit": "probit",
    "CLogLog": "cloglog",
    "LogLog": "loglog",
    "Cauchy": "cauchit",
}


def link_of(link: Any) -> Link:
    """Return a link; raise ExportError where PMML has none like it."""
    name = type(link).__name__
    # the older names of statsmodels were in small letters
    normalization = {key.lower(): it for key, it in _NORMALIZATIONS.items()}.get(name.lower())
    if normalization is not None:
        return Link(normalization)
    power = getattr(link, "power", None)
    if power is not None:
        if power == 1.0:
            return Link("none")
        return Link(None, "power", float(power))
    if name.lower() in ("negativebinomial", "nbinom"):
        return Link(None, "negbin", float(link.alpha))
    if name.lower() == "logc":
        return Link(None, "logc")
    raise ExportError(f"the link {name} has no counterpart in PMML")

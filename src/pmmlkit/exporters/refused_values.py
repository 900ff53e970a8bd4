"""Where what users say of a column contradicts what the estimator does with it."""

from __future__ import annotations

from collections.abc import Sequence

from pmmlkit.errors import ExportError
from pmmlkit.exporters.domains import Continuous, Domain
from pmmlkit.exporters.features import Cast, Category, Lookup, Replaced

__all__ = ["refuse_conflicts", "refuse_treatments"]


def refuse_treatments(name: str, domain: Domain) -> None:
    """Raise ExportError for what only a MiningSchema says, where there is none."""
    for option, is_said in (
        ("missing", domain.missing is not None),
        ("invalid", domain.invalid_treatment not in (None, "returnInvalid")),
        ("outliers", isinstance(domain, Continuous) and domain.outliers not in (None, "asIs")),
    ):
        if is_said:
            raise ExportError(
                f"fields[{name!r}]: {option}= is said by a model, and a document of "
                "transformations has none: put a predictor behind them, or leave it out"
            )


def refuse_conflicts(
    name: str,
    domain: Domain,
    lookups: Sequence[Lookup],
    values: Sequence[Category],
    refuses_missing: bool,
) -> None:
    """Raise ExportError where rows pass the domain of a column that an encoder would refuse.

    `values`: the valid categories; `refuses_missing`: so the encoder does rows without one.
    """
    if domain == Domain():
        return
    where = f"fields[{name!r}]"
    if domain.invalid_treatment not in (None, "returnInvalid") and not (
        values or domain.invalid_values or isinstance(domain, Continuous)
    ):
        raise ExportError(f"{where}: invalid= needs values=, as the estimator knows none")
    if refuses_missing and domain.loses_values:
        raise ExportError(
            f"{where} makes values missing, but an encoder refuses rows without one: say missing="
        )
    for lookup in lookups:
        if not lookup.unknown_refused:
            continue
        advice = f"{lookup.name!r} is made by an encoder that refuses values that it does not know"
        if isinstance(domain, Continuous):
            raise ExportError(f"{where} is Continuous, but {advice}: say Categorical")
        if domain.invalid_treatment == "asIs":
            raise ExportError(f"{where} lets invalid values pass, but {advice}")
        known = {*lookup.known, *_replaced(lookup)}
        passing = [*values, domain.replacement, domain.invalid_replacement]
        strange = [value for value in passing if value is not None and value not in known]
        if strange:
            raise ExportError(
                f"{where} lets {strange[0]!r} pass, but {advice}: fit it on that value as well, or "
                "set handle_unknown"
            )


def _replaced(lookup: Lookup) -> list[Category]:
    """Return the values that never arrive at a look-up, as something replaces them."""
    found: list[Category] = []
    at = lookup.source
    while isinstance(at, Replaced | Cast):
        if isinstance(at, Replaced) and at.marker is not None:
            found.append(at.marker)
        at = at.source
    return found

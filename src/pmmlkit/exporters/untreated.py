"""Which rows the domains of a document leave as they are: of these it predicts what the estimator
predicts itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pmmlkit.errors import ExportError
from pmmlkit.exporters.domains import Continuous, Domain
from pmmlkit.exporters.features import is_missing_value, plain
from pmmlkit.exporters.tables import column_values
from pmmlkit.language.data_dictionary import DataField, FieldRules

__all__ = ["is_valid", "row_value", "untreated_rows"]


def untreated_rows(
    table: Any, names: Sequence[str], fields: Sequence[DataField], domains: Mapping[str, Domain]
) -> list[int]:
    """Return the positions of the rows of a table (its columns called `names`) of which no domain
    changes or refuses a value.
    """
    columns = column_values(table, names)
    size = len(next(iter(columns.values()), []))
    kept = np.ones(size, np.bool_)
    for field in fields:
        domain = domains.get(field.name)
        if domain is None or field.name not in columns:
            continue
        rules = field.rules()
        kept &= [_stays(cell, rules, domain) for cell in columns[field.name]]
    return np.flatnonzero(kept).tolist()


def _stays(cell: Any, rules: FieldRules, domain: Domain) -> bool:
    if is_missing_value(cell):
        return domain.missing is None
    try:
        value = row_value(cell, rules)
    except ExportError:
        return False
    if value in rules.missing or str(value) in rules.missing_texts:
        return False
    if not is_valid(value, rules):
        return domain.invalid_treatment == "asIs"
    if not isinstance(domain, Continuous) or domain.outliers not in ("extreme", "missing"):
        return True
    is_low = domain.low is not None and value < domain.low
    return not is_low and (domain.high is None or value <= domain.high)


def row_value(cell: Any, rules: FieldRules) -> Any:
    """Return a cell as a value of the field; raise ExportError where it is none."""
    if rules.type.kind in ("date", "time", "dateTime"):
        return str(cell)
    value = plain(cell)
    return str(value) if rules.type.kind == "string" else value


def is_valid(value: Any, rules: FieldRules) -> bool:
    """Tell whether a value that is not missing is valid."""
    if value in rules.invalid:
        return False
    if rules.values:
        return value in rules.values
    if isinstance(value, str):
        return not rules.type.is_number
    is_inside = [bounds.contains(value) for bounds in rules.intervals]
    return not is_inside or any(is_inside)

"""Parity: the same rows scored by pmmlkit and by other PMML engines, and the differences."""

from pmmlkit.parity.comparison import (
    ColumnComparison,
    Comparison,
    Mismatch,
    compare_columns,
    values_agree,
)
from pmmlkit.parity.differences import DIFFERENCES, KnownDifference, known_differences
from pmmlkit.parity.java import Java, find_java
from pmmlkit.parity.oracles import ENGINES, Oracle, OracleError, OracleResult, open_oracle
from pmmlkit.parity.report import EngineParity, ParityReport, compare

__all__ = [
    "DIFFERENCES",
    "ENGINES",
    "ColumnComparison",
    "Comparison",
    "EngineParity",
    "Java",
    "KnownDifference",
    "Mismatch",
    "Oracle",
    "OracleError",
    "OracleResult",
    "ParityReport",
    "compare",
    "compare_columns",
    "find_java",
    "known_differences",
    "open_oracle",
    "values_agree",
]

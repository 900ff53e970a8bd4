"""Every bound on hostile input, in one place."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Limits"]


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on documents and tables; going beyond one raises `LimitError`, which names it.

    Counts are numbers of things, sizes are bytes or characters as the name says.
    """

    document_bytes: int = 512 * 1024 * 1024
    depth: int = 2_000
    elements: int = 20_000_000
    text_characters: int = 256_000_000
    array_items: int = 10_000_000
    matrix_cells: int = 50_000_000
    apply_depth: int = 200
    function_calls: int = 1_000_000
    function_depth: int = 32
    derived_field_chain: int = 1_000
    model_depth: int = 100
    segments: int = 100_000
    regex_characters: int = 10_000
    regex_subject_characters: int = 100_000
    text_passes: int = 100
    output_cells: int = 100_000_000
    sequential_rows: int = 10_000_000

"""One group of measurements in a process of its own; its figures go to the standard output."""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path

from benchmarks import families, loading, scoring

GROUPS = {
    "columns": scoring.columns,
    "rows": scoring.rows,
    "families": families.families,
    "load": loading.load,
}


def main() -> None:
    group, directory = sys.argv[1:]
    figures = GROUPS[group](Path(directory))
    print(json.dumps([dataclasses.asdict(figure) for figure in figures]))


if __name__ == "__main__":
    main()

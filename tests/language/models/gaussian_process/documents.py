"""Documents with a GaussianProcessModel, from Python values."""

from __future__ import annotations

from typing import Any

from tests.language.models.time_series.series_documents import SPREAD

__all__ = ["gaussian_process", "lambdas"]


def gaussian_process(
    kernel: str,
    points: Any,
    targets: Any,
    *,
    output: str = SPREAD,
    more: str = "",
    before: str = "",
    fields: str | None = None,
) -> bytes:
    names = [f"x{at}" for at in range(len(points[0]))]
    rows = "".join(
        "<row>"
        + "".join(
            f"<{name}>{float(value)!r}</{name}>"
            for name, value in zip([*names, "y"], [*point, target], strict=True)
        )
        + "</row>"
        for point, target in zip(points, targets, strict=True)
    )
    declared = "".join(
        f'<DataField name="{name}" optype="continuous" dataType="double"/>'
        for name in [*names, "y"]
    )
    schema = "".join(f'<MiningField name="{name}"/>' for name in names)
    if fields is None:
        fields = "".join(f'<InstanceField field="{name}"/>' for name in [*names, "y"])
    output = f"<Output>{output}</Output>" if output else ""
    return (
        '<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/><DataDictionary>'
        f'{declared}</DataDictionary><GaussianProcessModel functionName="regression"{more}>'
        f'<MiningSchema>{schema}<MiningField name="y" usageType="target"/></MiningSchema>{output}'
        f"{before}{kernel}<TrainingInstances><InstanceFields>{fields}</InstanceFields>"
        f"<InlineTable>{rows}</InlineTable></TrainingInstances></GaussianProcessModel></PMML>"
    ).encode()


def lambdas(*values: float) -> str:
    text = " ".join(map(repr, values))
    return f'<Lambda><Array type="real" n="{len(values)}">{text}</Array></Lambda>'

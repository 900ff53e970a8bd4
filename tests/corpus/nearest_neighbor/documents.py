"""NearestNeighborModels as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.corpus.cells import document

__all__ = ["nearest_neighbor"]


def nearest_neighbor(
    table: Mapping[str, Sequence[object]],
    fields: Mapping[str, str],
    inputs: Mapping[str, str],
    targets: Sequence[str] = (),
    *,
    function: str = "regression",
    neighbors: int = 1,
    measure: str = "<squaredEuclidean/>",
    kind: str = "distance",
    default: str = "",
    output: str = "",
    local: str = "",
    schema: Mapping[str, str] | None = None,
    treatments: str = "",
    model: str = "",
    transformed: str = "false",
    extra: str = "",
) -> bytes:
    """A document; `table` are the training rows by column, `inputs` the attributes of the
    KNNInputs, `schema` those of the MiningFields (by default all inputs that are data fields),
    `treatments` the Targets.
    """
    wanted = {name: "" for name in inputs if name in fields} if schema is None else schema
    mining = "".join(f'<MiningField name="{name}" {more}/>' for name, more in wanted.items())
    mining += "".join(f'<MiningField name="{name}" usageType="target"/>' for name in targets)
    instance_fields = "".join(
        f'<InstanceField field="{name}" column="c{at}"/>' for at, name in enumerate(table)
    )
    rows = "".join(
        "<row>"
        + "".join(f"<c{at}>{cell}</c{at}>" for at, cell in enumerate(cells) if cell is not None)
        + "</row>"
        for cells in zip(*table.values(), strict=True)
    )
    knn_inputs = "".join(f'<KNNInput field="{name}" {more}/>' for name, more in inputs.items())
    body = (
        f'<NearestNeighborModel functionName="{function}" numberOfNeighbors="{neighbors}" {model}>'
        f"<MiningSchema>{mining}</MiningSchema>"
        + (f"<Output>{output}</Output>" if output else "")
        + (f"<Targets>{treatments}</Targets>" if treatments else "")
        + (f"<LocalTransformations>{local}</LocalTransformations>" if local else "")
        + f'<TrainingInstances isTransformed="{transformed}"><InstanceFields>{instance_fields}'
        f"{extra}</InstanceFields><InlineTable>{rows}</InlineTable></TrainingInstances>"
        f'<ComparisonMeasure kind="{kind}" {default}>{measure}</ComparisonMeasure>'
        f"<KNNInputs>{knn_inputs}</KNNInputs></NearestNeighborModel>"
    )
    return document(body, fields)

"""Strategies that build valid SequenceModels, with histories for them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.corpus.sequence.documents import DELIMITERS, model, rule, sequence

__all__ = ["histories", "sequence_models"]

SETS = ("a", "b", "c", "ab", "bc")
limits = st.sampled_from([None, None, None, (None, 2.0), (1.0, None), (1.0, 3.0), (0.5, 0.5)])


@st.composite
def sequence_models(draw: st.DrawFn) -> bytes:
    """Build a document of one to three sequences and as many rules."""
    names = [str(at) for at in range(draw(st.integers(1, 3)))]
    marks = st.sampled_from(sorted(DELIMITERS))
    sequences = ""
    for name in names:
        notation = draw(st.sampled_from(SETS))
        for _ in range(draw(st.integers(0, 2))):
            notation += draw(marks) + draw(st.sampled_from(SETS))
        sequences += sequence(name, notation, whole=draw(limits), between=draw(limits))
    rules = "".join(
        rule(
            f"r{at}",
            draw(st.sampled_from(names)),
            draw(marks),
            draw(st.sampled_from(names)),
            between=draw(limits),
            whole=draw(limits),
            of_antecedent=draw(limits),
            of_consequent=draw(limits),
        )
        for at in range(draw(st.integers(1, 3)))
    )
    constraints = ""
    if draw(st.booleans()):
        name = draw(
            st.sampled_from(
                [
                    "maximumTotalSequenceTime",
                    "minimumTotalSequenceTime",
                    "maximumItemsetSeparationTime",
                    "minimumItemsetSeparationTime",
                    "maximumAntConsSeparationTime",
                    "minimumAntConsSeparationTime",
                ]
            )
        )
        constraints = f'<Constraints {name}="{draw(st.sampled_from([0.5, 1.0, 2.0, 4.0]))}"/>'
    return model(sequences, rules, sets=SETS, constraints=constraints)


def histories() -> st.SearchStrategy[list[dict[str, Any]]]:
    """Return a strategy of rows: lists of items with times, some of them equal or missing."""
    moment = st.sampled_from([0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0, None])
    pairs = st.lists(st.tuples(moment, st.sampled_from([*"abcx", None])), max_size=7)
    return st.lists(
        pairs.map(lambda found: {"t": [t for t, _ in found], "i": [i for _, i in found]}),
        min_size=1,
        max_size=4,
    )

"""Small SequenceModels: items a to d, sets, sequences and rules from short notations."""

from __future__ import annotations

from collections.abc import Sequence

from tests.corpus.cells import document

ITEMS = "abcd"
ORDERED = (
    '<MiningField name="g" usageType="group"/><MiningField name="t" usageType="order"/>'
    '<MiningField name="i"/>'
)
FIELDS = {"g": "categorical string", "t": "continuous double", "i": "categorical string"}
DELIMITERS = {
    ">": ("acrossTimeWindows", "true"),
    "?": ("acrossTimeWindows", "unknown"),
    "!": ("acrossTimeWindows", "false"),
    "=": ("sameTimeWindow", "true"),
}
"""Later, later (not said how), in the very next transaction, in the same transaction."""


def delimiter(mark: str) -> str:
    """Return the Delimiter of a mark."""
    kind, gap = DELIMITERS[mark]
    return f'<Delimiter delimiter="{kind}" gap="{gap}"/>'


def time(limits: tuple[float | None, float | None] | None) -> str:
    """Return a Time of these limits, nothing for None."""
    if limits is None:
        return ""
    low, high = limits
    ends = "" if low is None else f' min="{low}"'
    ends += "" if high is None else f' max="{high}"'
    return f"<Time{ends}/>"


def sequence(
    name: str,
    notation: str,
    *,
    whole: tuple[float | None, float | None] | None = None,
    between: tuple[float | None, float | None] | None = None,
) -> str:
    """Return a Sequence written as ``ab>c!d``: sets with a mark between them."""
    sets, marks = [""], []
    for letter in notation:
        if letter in DELIMITERS:
            marks.append(letter)
            sets.append("")
        else:
            sets[-1] += letter
    inner = f'<SetReference setId="{sets[0]}"/>'
    for mark, letters in zip(marks, sets[1:], strict=True):
        inner += f'{delimiter(mark)}{time(between)}<SetReference setId="{letters}"/>'
    return f'<Sequence id="{name}">{inner}{time(whole)}</Sequence>'


def rule(
    name: str,
    antecedent: str,
    mark: str,
    consequent: str,
    *,
    confidence: float = 0.5,
    between: tuple[float | None, float | None] | None = None,
    whole: tuple[float | None, float | None] | None = None,
    more: str = "",
    of_antecedent: tuple[float | None, float | None] | None = None,
    of_consequent: tuple[float | None, float | None] | None = None,
) -> str:
    """Return a SequenceRule between two sequences, by their ids."""
    return (
        f'<SequenceRule id="{name}" numberOfSets="2" occurrence="3" support="0.5" '
        f'confidence="{confidence}"{more}><AntecedentSequence>'
        f'<SequenceReference seqId="{antecedent}"/>{time(of_antecedent)}</AntecedentSequence>'
        f"{delimiter(mark)}{time(between)}<ConsequentSequence>"
        f'<SequenceReference seqId="{consequent}"/>{time(of_consequent)}</ConsequentSequence>'
        f"{time(whole)}</SequenceRule>"
    )


def model(
    sequences: str,
    rules: str,
    *,
    sets: Sequence[str] = ("a", "b", "c", "d", "ab", "bc"),
    schema: str = ORDERED,
    constraints: str = "",
    predicates: str = "",
    outputs: str = "",
) -> bytes:
    """Return a document; by default its output `r` is the ids of the rules that fit, all of them,
    as `ruleAssociation`, and `s` those of the `recommendation`.
    """
    items = "".join(f'<Item id="{item}" value="{item}"/>' for item in ITEMS)
    itemsets = ""
    for letters in sets:
        refs = "".join(f'<ItemRef itemRef="{item}"/>' for item in letters)
        itemsets += f'<Itemset id="{letters}">{refs}</Itemset>'
    ids = 'optype="categorical" dataType="string" feature="ruleId" isMultiValued="1" rank="0"'
    outputs = outputs or (
        f'<OutputField name="r" {ids} algorithm="ruleAssociation"/>'
        f'<OutputField name="s" {ids} algorithm="recommendation"/>'
        f'<OutputField name="e" {ids}/>'
    )
    return document(
        f'<SequenceModel functionName="sequences"><MiningSchema>{schema}</MiningSchema>'
        f"<Output>{outputs}</Output>{constraints}{items}{itemsets}{predicates}{sequences}{rules}"
        "</SequenceModel>",
        FIELDS,
    )

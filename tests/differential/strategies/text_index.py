"""Documents with a TextIndex, and texts and terms for it."""

from __future__ import annotations

from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from hypothesis import strategies as st

__all__ = ["TextCase", "text_cases"]

_WORDS = ["sun", "Sun", "sn", "moon", "MOON", "moan", "a", "an", "(sun)", "moon.", "a-b", "don't"]
_TABLES = [
    ("sun", "moon", ""),
    ("an?", "sun", "true"),
    (r"\b(a|an)\b", " ", "true"),
    ("moon", "a sun", "false"),
    (r"(\w)oo", "$1o", "true"),
    ("MO", "x", ""),
]


@dataclass(frozen=True)
class TextCase:
    """A document, and the rows of its fields `text` and `term`."""

    document: bytes
    table: dict[str, list[str | None]]


def _texts(longest: int) -> st.SearchStrategy[str]:
    gaps = st.sampled_from([" ", "  ", "\t", ", ", " ... ", "-"])
    pairs = st.lists(st.tuples(st.sampled_from(_WORDS), gaps), max_size=longest)
    return pairs.map(lambda found: "".join(word + gap for word, gap in found))


@st.composite
def _tables(draw: st.DrawFn) -> str:
    found = draw(st.lists(st.sampled_from(_TABLES), min_size=1, max_size=3, unique=True))
    rows = "".join(
        f"<row><string>{escape(text)}</string><stem>{stem}</stem>"
        + (f"<regex>{mark}</regex>" if mark else "")
        + "</row>"
        for text, stem, mark in found
    )
    attributes = draw(st.sampled_from(["", ' isCaseSensitive="true"', ' isCaseSensitive="false"']))
    return (
        f"<TextIndexNormalization{attributes}><InlineTable>{rows}</InlineTable>"
        "</TextIndexNormalization>"
    )


@st.composite
def text_cases(draw: st.DrawFn, *, plain: bool = False) -> TextCase:
    """Draw a case; `plain` leaves out what PMML4S reads in its own way."""
    attributes: dict[str, list[str]] = {
        "localTermWeights": ["termFrequency", "binary", *([] if plain else ["logarithmic"])],
        "isCaseSensitive": ["true", "false"],
        "maxLevenshteinDistance": ["0"] if plain else ["0", "1", "2"],
        "countHits": ["allHits", "bestHits"],
        "wordSeparatorCharacterRE": [r"\s+", r"[\s\-]+", r"[\s,.]+"],
        "x-wordRE": [] if plain else [r"\w+", r"\b\w\w+\b", "[a-z]+"],
    }
    named = draw(st.lists(st.sampled_from(sorted(attributes)), unique=True))
    given = {name: draw(st.sampled_from(attributes[name])) for name in named if attributes[name]}
    text = "".join(f" {name}={quoteattr(value)}" for name, value in given.items())
    tables = "" if plain else "".join(draw(st.lists(_tables(), max_size=2)))
    version = draw(st.sampled_from(["4.3", "4.4"]))
    body = (
        f'<PMML xmlns="http://www.dmg.org/PMML-{version.replace(".", "_")}" version="{version}">'
        '<Header/><DataDictionary><DataField name="text" optype="categorical" dataType="string"/>'
        '<DataField name="term" optype="categorical" dataType="string"/></DataDictionary>'
        '<RegressionModel functionName="regression"><MiningSchema><MiningField name="text"/>'
        '<MiningField name="term"/></MiningSchema><Output><OutputField name="r" '
        'optype="continuous" dataType="double" feature="transformedValue">'
        f'<TextIndex textField="text"{text}>{tables}<FieldRef field="term"/></TextIndex>'
        '</OutputField></Output><RegressionTable intercept="0"/></RegressionModel></PMML>'
    )
    terms = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=3).map(" ".join)
    rows = draw(
        st.lists(
            st.tuples(_texts(8), terms) if plain else st.tuples(_texts(8), terms | st.none()),
            min_size=12,
            max_size=12,
        )
    )
    return TextCase(
        body.encode(), {"text": [text for text, _ in rows], "term": [term for _, term in rows]}
    )

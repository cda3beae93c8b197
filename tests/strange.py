"""Strategies that the strange documents of every format share: texts, values of attributes, trees of markup, damage."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from hypothesis import strategies as st

SECRET = "MOT-GARDE-HORS-DES-DOCUMENTS"
PROSE = (
    "La région soutient les petites entreprises qui se lancent.",
    "Le montant est de 5 000 euros par dossier, jusqu'au 30 juin 2026.",
    "1. Objet",
    "- un conseiller",
    "Voir l'arti-\ncle 3.",
    "n",
    " ",
    "",
)
ODD = "\x00\x01\x08\t\n\x0b\x0c\r\x1b\x1c\x7f\x85\xad\u200b\u202e\u2028\ufeff\ufffe\uffff\ue000ﬁœ²٣①|<>&\"'=-*#`[]().,;:%€é\u0301🇫🇷"
NUMBERS = ("0", "1", "2", "-1", "-0", "1.5", "99999999", "4294967296", "9" * 25, "1e309", "nan", "inf", "²", "٣", "0x1", "", " 3 ", "1,5", "true")  # fmt: skip

texts = st.one_of(
    st.sampled_from(PROSE),
    st.text(alphabet=st.sampled_from(ODD + "abcdéè "), max_size=30),
    st.text(max_size=20),
    st.builds(lambda word, n: word * n, st.sampled_from(["a", "é ", "x-\n", "<b>", "| ", "\n"]), st.sampled_from([3, 300, 3000])),
)  # fmt: skip
numbers = st.sampled_from(NUMBERS)
rarely = st.sampled_from([False] * 9 + [True])  # what is drawn first is drawn most


def attributes(names: Sequence[str], values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """A few attributes as they stand in a tag, escaped."""
    chosen = st.dictionaries(st.sampled_from(names), values, max_size=3)
    return chosen.map(lambda found: "".join(f' {name}="{escape(value)}"' for name, value in found.items()))


@st.composite
def damaged(draw: st.DrawFn, data: bytes) -> bytes:
    """`data` with a few bytes changed, a piece taken out, doubled or exchanged, or an end cut off; often as it was."""
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 1, 3]))):
        if not data:
            return data
        at = draw(st.integers(0, len(data) - 1))
        size = draw(st.sampled_from([1, 2, 10, 200]))
        kind = draw(st.sampled_from(["changed", "out", "doubled", "cut", "put in", "moved"]))
        piece = data[at : at + size]
        if kind == "changed":
            data = data[:at] + bytes([draw(st.integers(0, 255))]) + data[at + 1 :]
        elif kind == "out":
            data = data[:at] + data[at + size :]
        elif kind == "doubled":
            data = data[:at] + piece * draw(st.sampled_from([2, 50])) + data[at + size :]
        elif kind == "cut":
            data = data[:at]
        elif kind == "put in":
            data = data[:at] + draw(st.binary(max_size=6)) + data[at:]
        else:
            other = draw(st.integers(0, len(data) - 1))
            data = data[:other] + piece + data[other:]
    return data

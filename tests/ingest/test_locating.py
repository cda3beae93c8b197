"""A quote found among the letters of a page, whatever cut or spaced it there."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from ingest.locating import Box, Glyph, Located, areas, locate

WIDE, HIGH = 6.0, 12.0


def write(text: str, *, x: float = 0, y: float = 0) -> list[Glyph]:
    """One line of glyphs of the same width; spaces take room and draw nothing."""
    return [Glyph(c, Box(x + WIDE * n, y, x + WIDE * (n + 1), y + HIGH)) for n, c in enumerate(text) if not c.isspace()]


def page(*lines: str, x: float = 0, top: float = 700) -> list[Glyph]:
    return [glyph for n, line in enumerate(lines) for glyph in write(line, x=x, y=top - 14 * n)]


def test_a_quote_on_two_lines_gets_a_box_each() -> None:
    located = locate(
        page("Avant. Le diagnostic coûte", "800 euros par entreprise. Après."), "Le diagnostic coûte 800 euros"
    )
    assert located.whole
    assert located.boxes == (Box(7 * WIDE, 700, 26 * WIDE, 712), Box(0, 686, 9 * WIDE, 698))


def test_a_word_cut_at_the_end_of_a_line_is_found_whole() -> None:
    assert (
        len(locate(page("une aide à l'intelli-", "gence artificielle"), "aide à l'intelligence artificielle").boxes)
        == 2
    )


def test_ligatures_accents_case_and_quotes_may_differ() -> None:
    assert len(locate(page("le ﬁnancement « régional » eﬃcace"), 'Le financement "REGIONAL" efficace').boxes) == 1


def test_a_quote_that_is_not_there_gets_no_box() -> None:
    assert locate(page("Une page qui parle d'autre chose, longuement."), "Le diagnostic coûte 800 euros") == Located()


def test_less_than_half_of_a_quote_is_not_marked() -> None:
    there = page("Le diagnostic coûte 800 euros")
    assert (
        locate(there, "Le diagnostic coûte 800 euros, mais tout le reste de cette phrase est ailleurs, loin d'ici")
        == Located()
    )


def test_an_empty_page_or_quote_gets_no_box() -> None:
    assert locate([], "Une citation") == Located()
    assert locate(page("Une page"), "—") == Located()


LEFT = ("Le plan régional finance", "des diagnostics pour les", "petites entreprises.")
RIGHT = ("La formation des agents", "commence à l'automne et", "dure deux années.")


def across() -> list[Glyph]:
    """Two columns drawn line by line across the page."""
    return [
        glyph
        for n, (left, right) in enumerate(zip(LEFT, RIGHT, strict=True))
        for glyph in (*write(left, y=700 - 14 * n), *write(right, x=300, y=700 - 14 * n))
    ]


def test_two_columns_drawn_across_are_followed_down_one_of_them() -> None:
    boxes = locate(across(), " ".join(RIGHT)).boxes
    assert [box.bottom for box in boxes] == [700, 686, 672]
    assert all(box.left >= 300 for box in boxes)


def test_a_call_for_a_note_between_two_lines_loses_neither() -> None:
    drawn = [*page("Le diagnostic régional"), *write("12", x=133, y=706), *page("coûte huit cents euros", top=686)]
    boxes = locate(drawn, "Le diagnostic régional coûte huit cents euros").boxes
    assert {700.0, 686.0} <= {box.bottom for box in boxes}


def test_the_end_of_a_quote_begun_on_the_page_before_is_found() -> None:
    quote = "Cette longue phrase commence au bas de la page et finit tout en haut de la page suivante, pour de bon."
    located = locate(page("de la page et finit tout en haut de la page", "suivante, pour de bon. Et puis"), quote)
    assert located.boxes[0].bottom == 700
    assert not located.whole  # the page says so, lest its reader look for the rest


def test_a_call_for_a_note_inside_a_quote_cuts_nothing_of_it() -> None:
    """What is read of the page leaves the small raised figures out; the letters on both sides are boxed."""
    call = [replace(g, box=Box(g.box.left, 705, g.box.right, 715)) for g in write("54", x=22 * WIDE)]
    drawn = [*write("Une étude de mai 2024 ", y=700), *call, *write(", il dit que", x=24 * WIDE, y=700),
             *write("les métiers changent. Après.", y=686)]  # fmt: skip
    located = locate(drawn, "Une étude de mai 2024, il dit que les métiers changent.")
    assert located.whole
    assert [(box.left, box.bottom) for box in located.boxes] == [(0, 700), (0, 686)]


def test_the_letters_of_a_ligature_share_their_box_and_do_not_break_the_line() -> None:
    before, after = write("recon"), write("gure les métiers", x=6 * WIDE)
    both = Box(5 * WIDE, 0, 5 * WIDE + 7, HIGH)
    drawn = [*before, Glyph("f", both), Glyph("i", both), *(g for g in after)]
    assert len(locate(drawn, "reconfigure les métiers").boxes) == 1


def test_lines_of_one_column_are_framed_together_and_columns_apart() -> None:
    boxes = [Box(0, 700, 100, 712), Box(0, 686, 90, 698), Box(300, 700, 390, 712)]
    assert areas(boxes) == (Box(0, 686, 100, 712), Box(300, 700, 390, 712))


WORDS = st.lists(st.text("abcdefghijklmnopqrstuvwxyzéàç", min_size=3, max_size=9), min_size=8, max_size=40)


@given(WORDS, st.integers(20, 60), st.data())
def test_any_run_of_words_of_a_page_is_found_however_it_is_broken(
    words: list[str], width: int, data: st.DataObject
) -> None:
    first = data.draw(st.integers(0, len(words) - 4))
    last = data.draw(st.integers(first + 4, len(words)))
    lines, current = [], ""
    for word in words:
        if current and len(current) + len(word) >= width:
            lines.append(current)
            current = ""
        current += f"{word} "
    boxes = locate(page(*lines, current), " ".join(words[first:last])).boxes
    assert boxes
    assert all(box.right > box.left for box in boxes)

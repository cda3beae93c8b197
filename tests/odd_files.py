"""Odd files of the kinds that test collections of PDF viewers and text extractors hold, each made here with one right
outcome: (name, bytes, the outcome, words that must or, with a "-" before, must not be in the text)."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from mutants import (
    CATALOG,
    FONT,
    PAGE,
    PAGES,
    WORDS,
    honest_docx,
    honest_html,
    honest_pdf,
    honest_xlsx,
    honest_zip,
    one_page,
    pdf_of,
    stream,
)

Odd = tuple[str, bytes, str, tuple[str, ...]]
SAID = ("Une aide pour les entreprises de la region, sans frais.",)
PROSE = "La région accompagne les entreprises du territoire avec un conseiller et un suivi de douze mois."
PLAIN = one_page(stream(WORDS))


def page_with(content: bytes, *more: bytes, resources: bytes = b"", extra: bytes = b"", font: bytes = FONT) -> bytes:
    """A page with other keys of its own."""
    page = (PAGE % resources).replace(b"/Contents", extra + b" /Contents")
    return pdf_of(CATALOG, PAGES, page, stream(content), font, *more)


# ---- the envelope of a PDF --------------------------------------------------------------------------------------


def envelopes() -> Iterator[Odd]:
    yield "junk-before-header.pdf", b"\x00\xff junk \r\n" * 20 + PLAIN, "text", SAID
    yield "far-header.pdf", b"GET / HTTP/1.1\r\n" * 40 + PLAIN, "text", SAID
    yield "header-too-far.pdf", b"x" * 5000 + PLAIN, "text", SAID
    yield "junk-after-eof.pdf", PLAIN + b"\x00" * 4000, "text", SAID
    yield "no-eof.pdf", PLAIN.replace(b"%%EOF", b""), "text", SAID
    yield "no-header-version.pdf", PLAIN.replace(b"%PDF-1.7", b"%PDF-"), "text", SAID
    yield "version-9.pdf", PLAIN.replace(b"%PDF-1.7", b"%PDF-9.9"), "text", SAID
    yield "no-xref.pdf", PLAIN[: PLAIN.rindex(b"xref\n0")], "text", SAID
    yield "no-startxref.pdf", PLAIN[: PLAIN.rindex(b"startxref")] + b"%%EOF", "text", SAID
    yield "startxref-zero.pdf", PLAIN[: PLAIN.rindex(b"startxref")] + b"startxref\n0\n%%EOF", "text", SAID
    yield "startxref-beyond.pdf", PLAIN[: PLAIN.rindex(b"startxref")] + b"startxref\n99999999\n%%EOF", "text", SAID
    yield "xref-shifted.pdf", PLAIN.replace(b"%PDF-1.7\n", b"%PDF-1.7\n% five\n"), "text", SAID
    yield "xref-from-one.pdf", PLAIN.replace(b"xref\n0 6\n0000000000 65535 f \n", b"xref\n1 5\n"), "text", SAID
    yield "xref-zeros.pdf", _zeroed(PLAIN), "text", SAID
    yield "carriage-returns.pdf", _with_returns(), "text", SAID
    yield "missing-endobj.pdf", PLAIN.replace(b"\nendobj", b"", 2), "text", SAID
    yield "missing-endstream.pdf", PLAIN.replace(b"\nendstream", b""), "text", SAID
    yield "length-too-long.pdf", _relength(b"99999"), "text", SAID
    yield "length-too-short.pdf", _relength(b"3"), "text", SAID
    yield "length-missing.pdf", PLAIN.replace(b"/Length %d" % len(WORDS), b""), "text", SAID
    yield "length-lost-reference.pdf", _relength(b"77 0 R"), "text", SAID
    yield "length-negative.pdf", _relength(b"-1"), "text", SAID
    yield "two-revisions.pdf", _revised(), "text", ("Version nouvelle du plan", "-sans frais")
    yield "object-streams.pdf", _packed(), "text", ("Le dépôt des dossiers",)
    yield "root-missing.pdf", PLAIN.replace(b"/Root 1 0 R", b""), "text", SAID
    yield "root-lost.pdf", PLAIN.replace(b"/Root 1 0 R", b"/Root 88 0 R"), "text", SAID
    yield (
        "kids-null.pdf",
        pdf_of(CATALOG, b"<< /Type /Pages /Kids [null 3 0 R null] /Count 1 >>", PAGE % b"", stream(WORDS), FONT),
        "text",
        SAID,
    )
    yield (
        "kids-missing.pdf",
        pdf_of(CATALOG, b"<< /Type /Pages /Kids [77 0 R 3 0 R] /Count 2 >>", PAGE % b"", stream(WORDS), FONT),
        "text",
        SAID,
    )
    yield (
        "count-wrong.pdf",
        pdf_of(CATALOG, b"<< /Type /Pages /Kids [3 0 R] /Count -7 >>", PAGE % b"", stream(WORDS), FONT),
        "text",
        SAID,
    )
    yield (
        "pages-untyped.pdf",
        pdf_of(
            CATALOG, b"<< /Kids [3 0 R] /Count 1 >>", (PAGE % b"").replace(b"/Type /Page ", b""), stream(WORDS), FONT
        ),
        "text",
        SAID,
    )
    yield (
        "page-as-root.pdf",
        pdf_of(b"<< /Type /Catalog /Pages 3 0 R >>", PAGES, PAGE % b"", stream(WORDS), FONT),
        "text",
        SAID,
    )
    yield "header-only.pdf", b"%PDF-1.4\n", "unreadable", ()
    yield "header-eof.pdf", b"%PDF-1.4\n%%EOF\n", "unreadable", ()
    yield "zero-bytes.pdf", b"", "empty", ()
    yield "spaces-only.pdf", b" \r\n" * 400, "empty", ()
    yield "text-named.pdf", PROSE.encode(), "unsupported|unreadable|text", ()
    yield "html-named.pdf", honest_html(), "unsupported|unreadable|text", ()
    yield "png-named.pdf", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, "unsupported|unreadable", ()
    yield "half.pdf", honest_pdf()[: len(honest_pdf()) // 2], "unreadable|text|empty", ()
    yield "pdf-named.txt", PLAIN, "text", SAID
    yield "pdf-named.docx", PLAIN, "text", SAID


def _zeroed(data: bytes) -> bytes:
    import re

    return re.sub(rb"\n\d{10} 00000 n", b"\n0000000000 00000 n", data)


def _with_returns() -> bytes:
    head, _, tail = PLAIN.rpartition(b"xref\n0")
    return (
        (head + b"xref\n0" + tail)
        .replace(b"\nendobj", b"\rendobj")
        .replace(b" obj\n", b" obj\r")
        .replace(b"trailer\n", b"trailer\r")
    )


def _relength(value: bytes) -> bytes:
    return PLAIN.replace(b"/Length %d" % len(WORDS), b"/Length " + value)


def _revised() -> bytes:
    """The same file saved again with another page content: the last revision counts."""
    first = PLAIN
    start = int(first.rsplit(b"startxref\n", 1)[1].split()[0])
    content = stream(b"BT /F 11 Tf 60 700 Td (Version nouvelle du plan de la region.) Tj ET")
    place = len(first)
    body = b"4 0 obj\n" + content + b"\nendobj\n"
    table = b"xref\n4 1\n%010d 00000 n \ntrailer\n<< /Size 6 /Root 1 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (
        place,
        start,
        place + len(body),
    )
    return first + body + table


def _packed() -> bytes:
    """Objects in streams, the table of places in one too."""
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(honest_pdf())))
    writer.compress_identical_objects()
    held = io.BytesIO()
    writer.write(held)
    return held.getvalue()


# ---- protection -------------------------------------------------------------------------------------------------


def protections() -> Iterator[Odd]:
    from pypdf import PdfReader, PdfWriter

    for algorithm in ("RC4-40", "RC4-128", "AES-128", "AES-256-R5", "AES-256"):
        for user, outcome in (("", "text"), ("secret", "protected"), ("clé été", "protected")):
            writer = PdfWriter(clone_from=PdfReader(io.BytesIO(honest_pdf())))
            writer.encrypt(user, "propriétaire", algorithm=algorithm)
            held = io.BytesIO()
            writer.write(held)
            name = f"{algorithm.lower()}-{'owner' if not user else 'user' if user.isascii() else 'accents'}.pdf"
            yield name, held.getvalue(), outcome, ("Le dépôt des dossiers",) if outcome == "text" else ()
    key = b"/Filter /Adobe.PubSec /V 4 /SubFilter /adbe.pkcs7.s5 /Recipients [(x)]"
    certified = pdf_of(CATALOG, PAGES, PAGE % b"", stream(WORDS), FONT, b"<< %s >>" % key, trailer=b"/Encrypt 6 0 R")
    yield "public-key.pdf", certified, "protected|unreadable", ()
    yield (
        "encrypt-lost.pdf",
        pdf_of(CATALOG, PAGES, PAGE % b"", stream(WORDS), FONT, trailer=b"/Encrypt 66 0 R"),
        "text|protected|unreadable",
        (),
    )


# ---- pages ------------------------------------------------------------------------------------------------------


def pages() -> Iterator[Odd]:
    boxes = {
        "huge": b"0 0 1000000 1000000",
        "turned-over": b"595 842 0 0",
        "negative": b"-300 -400 595 842",
        "real": b"0 0 595.276 841.89",
    }
    for name, box in boxes.items():
        yield f"box-{name}.pdf", PLAIN.replace(b"0 0 595 842", box), "text", SAID
    for name, box in {
        "empty": b"0 0 0 0",
        "short": b"0 0 595",
        "words": b"/a /b /c /d",
        "nan": b"0 0 1e999 842",
    }.items():
        yield f"box-{name}.pdf", PLAIN.replace(b"0 0 595 842", box), "text", SAID
    yield "no-box.pdf", PLAIN.replace(b"/MediaBox [0 0 595 842]", b""), "text", SAID
    for turn in (b"90", b"180", b"270", b"-90", b"45", b"450", b"(x)"):
        yield f"rotate-{turn.decode()}.pdf", page_with(WORDS, extra=b"/Rotate " + turn), "text", SAID
    yield "user-unit.pdf", page_with(WORDS, extra=b"/UserUnit 1000"), "text", SAID
    yield "no-contents.pdf", PLAIN.replace(b"/Contents 4 0 R", b""), "empty", ()
    yield "contents-null.pdf", PLAIN.replace(b"/Contents 4 0 R", b"/Contents null"), "empty|unreadable", ()
    yield "contents-lost.pdf", PLAIN.replace(b"/Contents 4 0 R", b"/Contents 44 0 R"), "empty|unreadable", ()
    halves = pdf_of(
        CATALOG,
        PAGES,
        (PAGE % b"").replace(b"/Contents 4 0 R", b"/Contents [4 0 R 6 0 R]"),
        stream(WORDS[:40]),
        FONT,
        stream(WORDS[40:]),
    )
    yield "contents-split-in-a-string.pdf", halves, "text", ()
    yield "contents-empty-array.pdf", PLAIN.replace(b"/Contents 4 0 R", b"/Contents []"), "empty", ()
    yield "no-resources.pdf", PLAIN.replace(b"/Resources << /Font << /F 5 0 R >>  >>", b""), "text|unreadable|empty", ()
    inherited = pdf_of(CATALOG, b"<< /Type /Pages /Kids [3 0 R] /Count 1 /Resources << /Font << /F 5 0 R >> >> /MediaBox [0 0 595 842] >>", b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>", stream(WORDS), FONT)  # fmt: skip
    yield "inherited-resources.pdf", inherited, "text", SAID
    yield "zero-pages.pdf", pdf_of(CATALOG, b"<< /Type /Pages /Kids [] /Count 0 >>"), "empty", ()
    yield "blank-page.pdf", one_page(stream(b"")), "empty", ()
    yield "only-lines.pdf", one_page(stream(b"0 0 m 500 500 l S " * 400)), "empty", ()
    yield "unbalanced-states.pdf", one_page(stream(b"Q Q Q q q " + WORDS + b" Q Q Q Q")), "text", SAID
    yield "text-without-block.pdf", one_page(stream(WORDS.replace(b"BT ", b"").replace(b" ET", b""))), "text", SAID
    yield "unknown-operators.pdf", one_page(stream(b"foo 1 2 bar (x) baz << /A 1 >> qux " + WORDS)), "text", SAID
    yield "operands-missing.pdf", one_page(stream(b"Td Tm cm Tf Tj TJ ' \" re gs Do " + WORDS)), "text", SAID
    yield (
        "operands-odd.pdf",
        one_page(stream(b"(a) (b) Td [1] Tm /x cm 12 Tj [(x) null /y] TJ /F (big) Tf " + WORDS)),
        "text",
        SAID,
    )
    yield "unclosed-string.pdf", one_page(stream(WORDS + b" BT (jamais fini")), "text", SAID
    yield (
        "escapes.pdf",
        one_page(
            stream(
                b"BT /F 11 Tf 60 700 Td (Une \\(petite\\) aide \\351t\\351 pour les entreprises\\\n de la region) Tj ET"
            )
        ),
        "text",
        ("Une (petite) aide été pour les entreprises de la region",),
    )
    yield (
        "hexadecimal.pdf",
        one_page(stream(b"BT /F 11 Tf 60 700 Td <556E6520616964652072E967696F6E616C6520706F7572206C6573> Tj ET")),
        "text",
        ("Une aide régionale pour les",),
    )
    yield (
        "next-line-operators.pdf",
        one_page(
            stream(
                b"BT /F 11 Tf 14 TL 60 700 Td (Une aide pour) Tj (les entreprises) ' 0 0 (de la region) \" T* [(sans ) -250 (frais.)] TJ ET"
            )
        ),
        "text",
        ("Une aide pour", "les entreprises", "de la region", "sans frais"),
    )
    yield (
        "inline-image.pdf",
        one_page(stream(b"q 10 0 0 10 0 0 cm BI /W 2 /H 2 /CS /G /BPC 8 ID \x00EI\xff EI Q " + WORDS)),
        "text",
        SAID,
    )
    from reportlab.pdfbase.pdfmetrics import stringWidth

    line = "Une aide pour les entreprises sans frais"
    placed = [(60 + stringWidth(line[:n], "Helvetica", 11), c) for n, c in enumerate(line) if c != " "]
    letters = b" ".join(b"1 0 0 1 %.2f 700 Tm (%s) Tj" % (x, c.encode()) for x, c in placed)
    yield (
        "letter-by-letter.pdf",
        one_page(stream(b"BT /F 11 Tf " + letters + b" ET")),
        "text",
        ("Une aide pour les entreprises",),
    )
    many = [
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 3 0 R /Resources << /Font << /F 4 0 R >> >> >>"
    ] * 300
    kids = b" ".join(b"%d 0 R" % (5 + n) for n in range(300))
    yield (
        "300-pages.pdf",
        pdf_of(CATALOG, b"<< /Type /Pages /Kids [%s] /Count 300 >>" % kids, stream(WORDS), FONT, *many),
        "text",
        SAID,
    )
    deep = [b"<< /Type /Pages /Parent %d 0 R /Kids [%d 0 R] /Count 1 >>" % (max(1, n + 4), n + 6) for n in range(400)]
    leaf = (
        (PAGE % b"")
        .replace(b"/Parent 2 0 R /MediaBox", b"/Parent 405 0 R /MediaBox")
        .replace(b"4 0 R", b"3 0 R")
        .replace(b"5 0 R", b"4 0 R")
    )
    yield (
        "deep-tree.pdf",
        pdf_of(CATALOG, b"<< /Type /Pages /Kids [5 0 R] /Count 1 >>", stream(WORDS), FONT, *deep, leaf),
        "text|unreadable",
        (),
    )


# ---- fonts ------------------------------------------------------------------------------------------------------


def fonts() -> Iterator[Odd]:
    words = b"BT /F 11 Tf 60 700 Td (Une aide pour les entreprises de la region, sans frais.) Tj ET"
    for name, font in {
        "standard": b"<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >>",
        "no-encoding": b"<< /Type /Font /Subtype /TrueType /BaseFont /Arial >>",
        "mac": b"<< /Type /Font /Subtype /TrueType /BaseFont /Arial /Encoding /MacRomanEncoding >>",
        "unknown-encoding": b"<< /Type /Font /Subtype /Type1 /BaseFont /A /Encoding /NoSuchEncoding >>",
        "differences-odd": b"<< /Type /Font /Subtype /Type1 /BaseFont /A /Encoding << /Differences [ (x) /a null 300 /b -1 /c ] >> >>",
        "widths-odd": b"<< /Type /Font /Subtype /Type1 /BaseFont /A /FirstChar 0 /LastChar 900 /Widths [ null (x) -5 ] >>",
        "unicode-lost": b"<< /Type /Font /Subtype /Type1 /BaseFont /A /ToUnicode 77 0 R >>",
        "unicode-name": b"<< /Type /Font /Subtype /Type1 /BaseFont /A /ToUnicode /Identity-H >>",
        "no-subtype": b"<< /Type /Font /BaseFont /A >>",
        "no-name": b"<< /Type /Font /Subtype /Type1 >>",
        "type3": b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 750 750] /FontMatrix [0.001 0 0 0.001 0 0] /CharProcs << >> /Encoding /WinAnsiEncoding /FirstChar 0 /LastChar 255 /Widths [] >>",
    }.items():
        yield f"font-{name}.pdf", one_page(stream(words), font=font), "text", SAID
    yield "font-null.pdf", one_page(stream(words), font=b"null"), "text|unreadable", ()
    yield "font-lost.pdf", PLAIN.replace(b"/F 5 0 R", b"/F 55 0 R"), "text|unreadable", ()
    yield "font-a-number.pdf", one_page(stream(words), font=b"12"), "text|unreadable", ()
    yield "font-not-named.pdf", PLAIN.replace(b"/F 11 Tf", b"/Absent 11 Tf"), "text|unreadable", ()
    dingbats = b"<< /Type /Font /Subtype /Type1 /BaseFont /ZapfDingbats >>"
    yield (
        "dingbats.pdf",
        one_page(stream(b"BT /F 20 Tf 60 700 Td (ABCDEFGHIJKLMNOPQRSTUVWXYZ) Tj ET"), font=dingbats),
        "empty|unreadable",
        (),
    )
    yield "private-letters.pdf", _with_map({n: 0xE000 + n for n in range(32, 127)}), "unreadable|empty", ()
    yield (
        "shifted-letters.pdf",
        one_page(
            stream(
                b"BT /F 11 Tf 14 TL 60 700 Td "
                + b"(7KLV LV WKH WHQWK SODQ RI WKH UHJLRQ DQG LWV FRPSDQLHV) ' " * 6
                + b"ET"
            )
        ),
        "unreadable",
        (),
    )
    yield (
        "ligatures.pdf",
        _with_map({n: n for n in range(32, 127)} | {ord("#"): 0xFB01}, b"Une o#cine ef#cace pour les entreprises"),
        "text",
        ("Une ofi",),
    )
    yield (
        "one-code-several-letters.pdf",
        _with_map({n: n for n in range(32, 127)}, b"Une a#aire pour les entreprises", more=b"<23> <00660066>"),
        "text",
        ("Une affaire",),
    )
    yield (
        "surrogates.pdf",
        _with_map({n: n for n in range(32, 127)}, b"Une aide # pour les entreprises", more=b"<23> <D83DDE00>"),
        "text",
        ("Une aide",),
    )
    yield (
        "half-surrogate.pdf",
        _with_map({n: n for n in range(32, 127)}, b"Une aide # pour les entreprises", more=b"<23> <D83D>"),
        "text",
        ("Une aide",),
    )
    for mapped in (True, False):
        yield (
            f"glyphs-{'mapped' if mapped else 'unmapped'}.pdf",
            _glyphs(mapped=mapped),
            "text" if mapped else "text|unreadable",
            ("Aide pour la vallée",) if mapped else ("-$LGH",),
        )
    japanese = (
        b"<< /Type /Font /Subtype /Type0 /BaseFont /HeiseiMin-W3 /Encoding /90ms-RKSJ-H /DescendantFonts [6 0 R] >>"
    )
    descendant = b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /HeiseiMin-W3 /CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >> >>"
    kanji = "日本語の文書です。地域の企業を支援します。".encode("cp932").hex().encode()
    yield (
        "shift-jis.pdf",
        one_page(stream(b"BT /F 11 Tf 60 700 Td <" + kanji + b"> Tj ET"), descendant, font=japanese),
        "text|unreadable",
        (),
    )
    wide = "日本語の文書です。地域の企業を支援します。".encode("utf-16-be").hex().encode()
    yield (
        "unijis.pdf",
        one_page(
            stream(b"BT /F 11 Tf 60 700 Td <" + wide + b"> Tj ET"),
            descendant,
            font=japanese.replace(b"90ms-RKSJ-H", b"UniJIS-UTF16-H"),
        ),
        "text",
        ("日本語",),
    )
    yield (
        "vertical.pdf",
        one_page(
            stream(b"BT /F 11 Tf 60 700 Td <" + wide + b"> Tj ET"),
            descendant,
            font=japanese.replace(b"90ms-RKSJ-H", b"UniJIS-UTF16-V"),
        ),
        "text|unreadable",
        (),
    )
    codes = b"BT /F 11 Tf 60 700 Td <" + b"".join(b"%04X" % n for n in range(900, 960)) + b"> Tj ET"
    yield (
        "cid-without-letters.pdf",
        one_page(stream(codes), descendant, font=japanese.replace(b"90ms-RKSJ-H", b"Identity-H")),
        "text|unreadable|empty",
        (),
    )


def _with_map(
    table: dict[int, int], shown: bytes = b"Une aide pour les entreprises de la region", *, more: bytes = b""
) -> bytes:
    """A page whose font says which letter each of its codes is."""
    pairs = b"".join(b"<%02X> <%04X>\n" % pair for pair in table.items())
    extra = b"1 beginbfchar\n%s\nendbfchar\n" % more if more else b""
    cmap = (
        b"/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <FF> endcodespacerange %d beginbfchar\n%sendbfchar\n%sendcmap"
        % (len(table), pairs, extra)
    )
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /ABCDEF+Maison /ToUnicode 6 0 R >>"
    return one_page(stream(b"BT /F 11 Tf 60 700 Td (" + shown + b") Tj ET"), stream(cmap), font=font)


def _glyphs(*, mapped: bool) -> bytes:
    """Text written by the numbers of the shapes of an embedded font, with or without the table of their letters."""
    import reportlab
    from reportlab.pdfbase.ttfonts import TTFontFile

    path = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"
    face = TTFontFile(str(path))
    shown = "Aide pour la vallée et ses entreprises, chaque année."
    codes = b"".join(b"%04X" % face.charToGlyph[ord(c)] for c in shown)
    data = zlib.compress(path.read_bytes())
    table = b"".join(b"<%04X> <%04X>\n" % (face.charToGlyph[ord(c)], ord(c)) for c in sorted(set(shown)))
    cmap = b"begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange %d beginbfchar\n%sendbfchar endcmap" % (
        len(set(shown)),
        table,
    )
    return one_page(
        stream(b"BT /F 11 Tf 60 700 Td <" + codes + b"> Tj ET"),
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Vera /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor 7 0 R /CIDToGIDMap /Identity >>",
        b"<< /Type /FontDescriptor /FontName /Vera /Flags 4 /FontBBox [0 0 1000 1000] /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 /FontFile2 8 0 R >>",
        stream(data, b"/Filter /FlateDecode /Length1 %d" % path.stat().st_size),
        *([stream(cmap)] if mapped else []),
        font=b"<< /Type /Font /Subtype /Type0 /BaseFont /Vera /Encoding /Identity-H /DescendantFonts [6 0 R] %s >>"
        % (b"/ToUnicode 9 0 R" if mapped else b""),
    )


# ---- streams ----------------------------------------------------------------------------------------------------


def streams() -> Iterator[Odd]:
    packed = zlib.compress(WORDS)
    hexed = WORDS.hex().encode() + b">"
    yield "flate-cut.pdf", one_page(stream(packed[:-6], b"/Filter /FlateDecode")), "text|unreadable|empty", ()
    yield (
        "flate-bad-checksum.pdf",
        one_page(stream(packed[:-4] + b"\x00\x00\x00\x00", b"/Filter /FlateDecode")),
        "text",
        SAID,
    )
    yield "flate-junk-after.pdf", one_page(stream(packed + b"\r\n\x00junk", b"/Filter /FlateDecode")), "text", SAID
    yield "flate-no-header.pdf", one_page(stream(packed[2:-4], b"/Filter /FlateDecode")), "text|unreadable|empty", ()
    yield (
        "flate-corrupt.pdf",
        one_page(stream(packed[:20] + b"\xff" * 8 + packed[28:], b"/Filter /FlateDecode")),
        "text|unreadable|empty",
        (),
    )
    yield "filter-unknown.pdf", one_page(stream(packed, b"/Filter /NoSuchDecode")), "unreadable|empty", ()
    yield "filter-short-names.pdf", one_page(stream(packed, b"/Filter /Fl")), "text|unreadable|empty", ()
    yield (
        "filter-array.pdf",
        one_page(
            stream(
                zlib.compress(hexed).hex().encode() + b">", b"/Filter [/ASCIIHexDecode /FlateDecode /ASCIIHexDecode]"
            )
        ),
        "text",
        SAID,
    )
    import base64

    yield "ascii85.pdf", one_page(stream(base64.a85encode(WORDS) + b"~>", b"/Filter /ASCII85Decode")), "text", SAID
    yield (
        "run-length.pdf",
        one_page(
            stream(
                b"".join(bytes([len(WORDS[n : n + 100]) - 1]) + WORDS[n : n + 100] for n in range(0, len(WORDS), 100))
                + b"\x80",
                b"/Filter /RunLengthDecode",
            )
        ),
        "text",
        SAID,
    )
    yield (
        "predictor.pdf",
        one_page(
            stream(
                zlib.compress(b"".join(b"\x00" + WORDS[n : n + 20].ljust(20) for n in range(0, len(WORDS), 20))),
                b"/Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns 20 >>",
            )
        ),
        "text",
        SAID,
    )
    yield (
        "predictor-wrong.pdf",
        one_page(stream(packed, b"/Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns 99999999 >>")),
        "text|unreadable|empty",
        (),
    )
    yield "external-file.pdf", one_page(stream(WORDS, b"/F (C:\\\\secret.txt)")), "text|unreadable|empty", ()


# ---- what else a PDF may be -------------------------------------------------------------------------------------


def kinds() -> Iterator[Odd]:
    waiting = b"BT /F 11 Tf 60 700 Td (Please wait... If this message is not eventually replaced, your PDF viewer may not be able to display this type of document. Adobe Reader) Tj ET"
    xdp = stream(
        b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'><template><subform name='form1'/></template></xdp:xdp>"
    )
    form = b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /XFA 6 0 R /Fields [] >> >>"
    yield "xfa-dynamic.pdf", pdf_of(form, PAGES, PAGE % b"", stream(waiting), FONT, xdp), "unsupported", ()
    yield "xfa-with-pages.pdf", pdf_of(form, PAGES, PAGE % b"", stream(WORDS), FONT, xdp), "text", SAID
    yield "xfa-blank.pdf", pdf_of(form, PAGES, PAGE % b"", stream(b""), FONT, xdp), "unsupported", ()
    yield "xfa-broken.pdf", pdf_of(form, PAGES, PAGE % b"", stream(WORDS), FONT, stream(b"<xdp:xdp <<")), "text", SAID
    portfolio = b"<< /Type /Catalog /Pages 2 0 R /Collection << /View /T >> /Names << /EmbeddedFiles << /Names [(a.txt) 6 0 R] >> >> >>"
    attached = (
        b"<< /Type /Filespec /F (a.txt) /EF << /F 7 0 R >> >>",
        stream(b"Texte attache", b"/Type /EmbeddedFile"),
    )
    yield (
        "portfolio.pdf",
        pdf_of(
            portfolio,
            PAGES,
            PAGE % b"",
            stream(b"BT /F 9 Tf 60 700 Td (Ouvrez ce porte-documents.) Tj ET"),
            FONT,
            *attached,
        ),
        "unsupported",
        (),
    )
    embedded = portfolio.replace(b"/Collection << /View /T >>", b"")
    yield (
        "attachment.pdf",
        pdf_of(embedded, PAGES, PAGE % b"", stream(WORDS), FONT, *attached),
        "text",
        (*SAID, "-Texte attache"),
    )
    widget = b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (nom) /V (Menuiserie Martin) /Rect [200 690 400 712] /F 4 >>"
    fields = page_with(b"BT /F 11 Tf 60 700 Td (Raison sociale :) Tj ET", widget, extra=b"/Annots [6 0 R]")
    yield "form-field.pdf", fields, "text", ("Menuiserie Martin",)
    yield "form-field-hidden.pdf", fields.replace(b"/F 4 >>", b"/F 2 >>"), "text", ("-Menuiserie",)
    yield (
        "annotations-broken.pdf",
        page_with(
            WORDS, b"<< /Subtype /Widget /Parent 6 0 R /Rect (x) >>", extra=b"/Annots [6 0 R null 77 0 R (x) 6 0 R]"
        ),
        "text",
        SAID,
    )
    yield "annotations-number.pdf", page_with(WORDS, extra=b"/Annots 12"), "text", SAID
    link = b"<< /Type /Annot /Subtype /Link /Rect [0 0 10 10] /A << /S /JavaScript /JS (app.alert\\(1\\)) >> >>"
    yield "script.pdf", page_with(WORDS, link, extra=b"/Annots [6 0 R]"), "text", (*SAID, "-alert")
    launch = b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /Launch /F (cmd.exe) >> /AA << /WC << /S /URI /URI (http://example.org) >> >> >>"
    yield "launch.pdf", pdf_of(launch, PAGES, PAGE % b"", stream(WORDS), FONT), "text", SAID
    for name, labels in {
        "letters": b"<< /Nums [0 << /S /A >>] >>", "odd": b"<< /Nums [(x) 3 null] >>", "negative": b"<< /Nums [-3 << /S /D /St -8 >>] >>",
        "huge": b"<< /Nums [0 << /S /A /St 2147483647 >>] >>", "prefix": b"<< /Nums [0 << /P (\xfe\xff\x00A\x00-) /S /r >>] >>",
        "loop": b"<< /Kids [6 0 R] >>", "roman-huge": b"<< /Nums [0 << /S /R /St 99999999 >>] >>",
    }.items():  # fmt: skip
        yield (
            f"labels-{name}.pdf",
            pdf_of(
                b"<< /Type /Catalog /Pages 2 0 R /PageLabels 6 0 R >>", PAGES, PAGE % b"", stream(WORDS), FONT, labels
            ),
            "text",
            SAID,
        )
    looped = b"<< /Type /Outlines /First 6 0 R /Last 6 0 R /Count 1 /Next 6 0 R /Title (boucle) /Parent 6 0 R >>"
    yield (
        "outline-loop.pdf",
        pdf_of(b"<< /Type /Catalog /Pages 2 0 R /Outlines 6 0 R >>", PAGES, PAGE % b"", stream(WORDS), FONT, looped),
        "text",
        SAID,
    )
    names = b"<< /Kids [6 0 R] /Names [6 0 R] >>"
    yield (
        "names-loop.pdf",
        pdf_of(
            b"<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles 6 0 R /Dests 6 0 R >> >>",
            PAGES,
            PAGE % b"",
            stream(WORDS),
            FONT,
            names,
        ),
        "text",
        SAID,
    )
    info = PLAIN.replace(
        b"/Root 1 0 R", b"/Root 1 0 R /Info << /Title 12 /Author [1 2] /CreationDate (D:not a date) >>"
    )
    yield "info-odd.pdf", info, "text", SAID
    yield "info-utf16.pdf", PLAIN.replace(b"/Root 1 0 R", b"/Root 1 0 R /Info << /Title <FEFF005006C> >>"), "text", SAID
    image = stream(
        b"\x00" * 100,
        b"/Type /XObject /Subtype /Image /Width 1000 /Height 1400 /ColorSpace /DeviceGray /BitsPerComponent 8",
    )
    drawn = b"q 595 0 0 842 0 0 cm /I Do Q"
    yield "scan-without-text.pdf", page_with(drawn, image, resources=b"/XObject << /I 6 0 R >>"), "scanned", ()
    yield (
        "scan-with-reading.pdf",
        page_with(drawn + b" 3 Tr " + WORDS, image, resources=b"/XObject << /I 6 0 R >>"),
        "text",
        SAID,
    )
    jbig = image.replace(b"/BitsPerComponent 8", b"/BitsPerComponent 1 /Filter /JBIG2Decode")
    yield "scan-jbig2.pdf", page_with(drawn, jbig, resources=b"/XObject << /I 6 0 R >>"), "scanned", ()
    form_object = b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /Font << /G 5 0 R >> >>"
    yield (
        "text-in-a-form.pdf",
        page_with(b"/X Do", stream(WORDS.replace(b"/F ", b"/G "), form_object), resources=b"/XObject << /X 6 0 R >>"),
        "text",
        SAID,
    )
    nested = stream(b"/Y Do", form_object.replace(b"/Font << /G 5 0 R >>", b"/XObject << /Y 7 0 R >>"))
    yield (
        "form-in-a-form.pdf",
        page_with(
            b"/X Do", nested, stream(WORDS.replace(b"/F ", b"/G "), form_object), resources=b"/XObject << /X 6 0 R >>"
        ),
        "text",
        SAID,
    )
    tagged = b"/Span << /MCID 0 /ActualText (\xfe\xff\x00x) >> BDC " + WORDS + b" EMC EMC EMC"
    yield "marked-content.pdf", one_page(stream(tagged)), "text", SAID


# ---- HTML -------------------------------------------------------------------------------------------------------


def html_of(inside: str, head: str = "") -> str:
    return (
        f"<!doctype html><html><head>{head}<title>Plan</title></head><body><h1>Plan régional</h1>{inside}</body></html>"
    )


def webpages() -> Iterator[Odd]:
    body = f"<p>{PROSE} Même l'été, où ça naît, à l'ouvrage.</p>" * 3
    said = ("La région accompagne", "Même l'été, où ça naît")
    for charset in ("utf-8", "iso-8859-15", "windows-1252", "macintosh", "utf-16"):
        text = html_of(body, f'<meta charset="{charset}">')
        yield f"charset-{charset}.html", text.encode({"macintosh": "mac-roman"}.get(charset, charset)), "text", said
    yield "charset-wrong.html", html_of(body, '<meta charset="utf-8">').encode("cp1252"), "text", said
    yield "charset-wrong-too.html", html_of(body, '<meta charset="iso-8859-1">').encode(), "text", said
    yield "charset-unknown.html", html_of(body, '<meta charset="x-nowhere">').encode(), "text", said
    yield "charset-none.html", html_of(body).encode("cp1252"), "text", said
    yield "utf16-no-mark.html", html_of(body).encode("utf-16-le"), "text", said
    yield "utf16-big.html", b"\xfe\xff" + html_of(body).encode("utf-16-be"), "text", said
    yield "utf32.html", html_of(body).encode("utf-32"), "text", said
    yield (
        "read-twice.html",
        html_of(body, "<meta charset=utf-8>").encode().decode("cp1252", "replace").encode(),
        "text",
        ("La région accompagne",),
    )
    yield "nuls.html", html_of(body).encode().replace(b" ", b" \x00", 40), "text|unreadable", ()
    yield "xhtml.html", b'<?xml version="1.0" encoding="utf-8"?>' + html_of(body).encode(), "text", said
    yield "no-html.html", PROSE.encode(), "text", ("La région accompagne",)
    yield "only-script.html", b"<html><body><script>document.write('Texte cache')</script></body></html>", "empty", ()
    yield "only-style.html", b"<html><head><style>p{color:red}</style></head><body></body></html>", "empty", ()
    yield (
        "needs-script.html",
        b"<html><body><noscript>You need to enable JavaScript to run this app.</noscript><div id=root></div></body></html>",
        "empty",
        (),
    )
    yield (
        "frameset.html",
        b"<html><frameset cols='50%,50%'><frame src=a.html><frame src=b.html></frameset></html>",
        "empty",
        (),
    )
    yield (
        "unclosed.html",
        b"<html><body><div><p>" + PROSE.encode() + b"<b><i><table><tr><td>",
        "text",
        ("La région accompagne",),
    )
    yield (
        "entities.html",
        html_of(
            "<p>La r&eacute;gion accompagne les entreprises &amp; leurs &#8220;salari&#233;s&#8221; &#x2014; &bogus; &#0; &#xD800;</p>"
            * 2
        ).encode(),
        "text",
        ("La région accompagne les entreprises & leurs",),
    )
    yield "deep.html", b"<div>" * 5000 + PROSE.encode() + b"</div>" * 5000, "text|empty|unreadable", ()
    yield (
        "many-attributes.html",
        b"<p " + b"a=1 " * 50_000 + b">" + PROSE.encode() + b"</p>",
        "text",
        ("La région accompagne",),
    )
    yield (
        "svg.html",
        b"<svg xmlns='http://www.w3.org/2000/svg'><text x='1' y='2'>La carte des aides de la region</text></svg>",
        "text|empty",
        (),
    )
    yield (
        "rss.html",
        f"<?xml version='1.0'?><rss><channel><title>Aides</title><item><title>Aide</title><description>{PROSE}</description></item></channel></rss>".encode(),
        "text|empty",
        (),
    )
    yield (
        "mail.html",
        f"From: a@example.org\r\nSubject: Aide\r\nContent-Type: text/plain\r\n\r\n{PROSE}\r\n".encode(),
        "text",
        ("La région accompagne",),
    )
    yield "docx-named.html", honest_docx(), "text|unsupported", ()
    yield "binary-named.html", bytes(range(256)) * 40, "unreadable|unsupported|empty", ()
    yield "rtf-named.txt", rb"{\rtf1\ansi La r\'e9gion accompagne}", "unsupported", ()
    yield "html-named.txt", html_of(body).encode(), "text", (*said, "-<p>")
    yield "html-with-prolog.txt", b"<?xml version='1.0'?>\n" + html_of(body).encode(), "text", (*said, "-<p>")


# ---- text -------------------------------------------------------------------------------------------------------


def texts() -> Iterator[Odd]:
    text = "# Plan\n\n" + (PROSE + " Même l'été, où ça naît, à l'ouvrage, près du marché.\n\n") * 4
    for encoding in (
        "utf-8",
        "utf-8-sig",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "utf-32",
        "utf-32-le",
        "utf-32-be",
        "cp1252",
        "iso-8859-15",
        "mac-roman",
        "cp850",
    ):
        yield f"{encoding}.txt", text.encode(encoding), "text", ("La région accompagne", "où ça naît")
        yield f"{encoding}.md", text.encode(encoding), "text", ("La région accompagne",)
    yield "read-twice.txt", text.encode().decode("cp1252", "replace").encode(), "text", ("La région accompagne",)
    yield (
        "russian.txt",
        ("Регион помогает предприятиям и поддерживает их развитие каждый год. " * 6).encode("koi8-r"),
        "text|unreadable",
        (),
    )
    yield (
        "japanese.txt",
        ("地域の企業を支援します。毎年、新しい計画があります。" * 8).encode("shift_jis"),
        "text|unreadable",
        (),
    )
    yield (
        "arabic.txt",
        ("القانون الإقليمي للذكاء الاصطناعي في المنطقة وما يتعلق به. " * 6).encode("cp1256"),
        "text|unreadable",
        (),
    )
    yield "cids.txt", b"(cid:12)(cid:7)(cid:44) " * 60, "unreadable|empty", ()
    yield "private.txt", "".join(chr(0xE000 + n % 90) for n in range(900)).encode(), "unreadable|empty", ()
    yield "controls.txt", b"\x01\x02\x05abc\x0e\x10" * 100, "unreadable", ()
    yield "feeds.txt", (PROSE + "\f").encode() * 5 + b"\f\f\f", "text", ("La région accompagne",)
    yield "zero.txt", b"", "empty", ()
    yield "mark-only.txt", b"\xef\xbb\xbf", "empty", ()
    yield "mark-only-16.txt", b"\xff\xfe", "empty", ()
    yield "zeros.txt", b"\x00" * 5000, "empty", ()
    yield "numbers.txt", b"12 450\n3,5 %\n" * 50, "empty", ()
    yield "elf.txt", b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 20, "unsupported", ()
    yield "no-end.md", b"```\n" + PROSE.encode() * 3, "text", ("La région accompagne",)
    yield (
        "front-matter.md",
        b"---\ntitle: Plan\n" + b"a: 1\n" * 500 + b"\n" + PROSE.encode(),
        "text",
        ("La région accompagne",),
    )
    yield "cr-only.txt", (PROSE + "\r\r" + PROSE + "\r").encode(), "text", ("La région accompagne",)


# ---- DOCX and other containers ----------------------------------------------------------------------------------

W_NS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def docx_of(body: str, *, ns: str = W_NS, parts: dict[str, bytes] | None = None, relations: str = "") -> bytes:
    """A Word file of this body, with other parts."""
    with zipfile.ZipFile(io.BytesIO(honest_docx())) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    more = "xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships' xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006' xmlns:wps='http://schemas.microsoft.com/office/word/2010/wordprocessingShape' xmlns:v='urn:schemas-microsoft-com:vml'"
    files["word/document.xml"] = (
        f"<?xml version='1.0' encoding='UTF-8'?><w:document xmlns:w='{ns}' {more}><w:body>{body}</w:body></w:document>".encode()
    )
    if relations:
        files["word/_rels/document.xml.rels"] = files["word/_rels/document.xml.rels"].replace(
            b"</Relationships>", relations.encode() + b"</Relationships>"
        )
    return zipped(files | (parts or {}))


def zipped(files: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return held.getvalue()


def para(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t xml:space='preserve'>{text}</w:t></w:r></w:p>"


def cell(*inside: str) -> str:
    return f"<w:tc>{''.join(inside)}</w:tc>"


def row(*cells: str) -> str:
    return f"<w:tr>{''.join(cells)}</w:tr>"


def words_of_office() -> Iterator[Odd]:
    inner = f"<w:tbl>{row(cell(para('Taux')), cell(para('40 %')))}</w:tbl>"
    yield (
        "nested-tables.docx",
        docx_of(
            para(PROSE)
            + f"<w:tbl>{row(cell(para('Aide')), cell(para('Détail')))}{row(cell(para('Chèque')), cell(inner, para('fin')))}</w:tbl>"
        ),
        "text",
        ("Chèque", "Taux, 40 %"),
    )
    yield (
        "layout-table.docx",
        docx_of(f"<w:tbl>{row(cell(para(PROSE), para('Suite du texte.')))}</w:tbl>"),
        "text",
        ("La région accompagne", "Suite du texte."),
    )
    yield (
        "content-control.docx",
        docx_of(
            f"<w:sdt><w:sdtContent>{para(PROSE)}</w:sdtContent></w:sdt><w:p><w:sdt><w:sdtContent><w:r><w:t>Dans la ligne.</w:t></w:r></w:sdtContent></w:sdt></w:p>"
        ),
        "text",
        ("La région accompagne", "Dans la ligne."),
    )
    box = f"<mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx><w:txbxContent>{para('Un encadré.')}</w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox><w:txbxContent>{para('Un encadré.')}</w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent>"
    yield "text-box.docx", docx_of(para(PROSE) + f"<w:p><w:r>{box}</w:r></w:p>"), "text", ("Un encadré.",)
    tracked = "<w:p><w:r><w:t>Le taux est de </w:t></w:r><w:del><w:r><w:delText>20</w:delText></w:r></w:del><w:ins><w:r><w:t>30</w:t></w:r></w:ins><w:r><w:t> % cette année.</w:t></w:r></w:p>"
    yield "tracked-changes.docx", docx_of(tracked), "text", ("Le taux est de 30 % cette année.", "-20")
    moved = f"<w:moveFrom>{para('Ancienne place.')}</w:moveFrom><w:moveTo>{para('Nouvelle place.')}</w:moveTo>"
    yield "moved.docx", docx_of(para(PROSE) + moved), "text", ("Nouvelle place.", "-Ancienne")
    fields = "<w:p><w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText> HYPERLINK \"http://example.org\" </w:instrText></w:r><w:r><w:fldChar w:fldCharType='separate'/></w:r><w:r><w:t>Le site des aides</w:t></w:r><w:r><w:fldChar w:fldCharType='end'/></w:r></w:p>"
    yield "fields.docx", docx_of(para(PROSE) + fields), "text", ("Le site des aides", "-HYPERLINK")
    toc = "".join(para(f"Partie {n}\t{n * 3}", "<w:pStyle w:val='TOC1'/>") for n in range(1, 5)).replace(
        "\t", "</w:t><w:tab/><w:t>"
    )
    yield "contents.docx", docx_of(toc + para(PROSE)), "text", ("La région accompagne",)
    chunk = {"word/morceau.html": html_of(f"<p>{PROSE} {PROSE}</p>").encode()}
    relation = "<Relationship Id='rIdX' Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/aFChunk' Target='morceau.html'/>"
    yield (
        "alt-chunk.docx",
        docx_of(para("Avant le morceau de texte.") + "<w:altChunk r:id='rIdX'/>", parts=chunk, relations=relation),
        "text",
        ("Avant le morceau", "La région accompagne"),
    )
    yield (
        "alt-chunk-rtf.docx",
        docx_of(
            para("Avant le morceau de texte.") + "<w:altChunk r:id='rIdX'/>",
            parts={"word/morceau.rtf": b"{\\rtf1}"},
            relations=relation.replace(".html", ".rtf"),
        ),
        "text",
        ("Avant le morceau",),
    )
    yield (
        "alt-chunk-lost.docx",
        docx_of(para("Avant le morceau de texte.") + "<w:altChunk r:id='rIdZ'/>"),
        "text",
        ("Avant le morceau",),
    )
    yield (
        "strict.docx",
        docx_of(para(PROSE), ns="http://purl.oclc.org/ooxml/wordprocessingml/main"),
        "text",
        ("La région accompagne",),
    )
    ole = {"word/embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 40}
    yield "embedded.docx", docx_of(para(PROSE), parts=ole), "text", ("La région accompagne",)
    yield "no-styles.docx", _without(docx_of(para(PROSE)), "word/styles.xml"), "text", ("La région accompagne",)
    yield (
        "no-relations.docx",
        _without(docx_of(para(PROSE)), "word/_rels/document.xml.rels"),
        "text",
        ("La région accompagne",),
    )
    yield "no-root-relations.docx", _without(docx_of(para(PROSE)), "_rels/.rels"), "text", ("La région accompagne",)
    yield (
        "no-content-types.docx",
        _without(docx_of(para(PROSE)), "[Content_Types].xml"),
        "text",
        ("La région accompagne",),
    )
    yield "no-document.docx", _without(docx_of(para(PROSE)), "word/document.xml"), "unreadable", ()
    yield "empty-body.docx", docx_of(""), "empty", ()
    yield (
        "styles-loop.docx",
        docx_of(
            para(PROSE, "<w:pStyle w:val='A'/>"),
            parts={
                "word/styles.xml": f"<w:styles xmlns:w='{W_NS}'><w:style w:styleId='A'><w:name w:val='x'/><w:basedOn w:val='A'/></w:style></w:styles>".encode()
            },
        ),
        "text",
        ("La région accompagne",),
    )
    yield "styles-broken.docx", docx_of(para(PROSE), parts={"word/styles.xml": b"<w:styles"}), "text|unreadable", ()
    yield (
        "values-odd.docx",
        docx_of(
            para(PROSE, "<w:outlineLvl w:val='x'/><w:numPr/><w:shd/>")
            + "<w:tbl><w:tr><w:trPr><w:gridBefore w:val='-9'/></w:trPr><w:tc><w:tcPr><w:gridSpan w:val='zz'/><w:vMerge/></w:tcPr></w:tc></w:tr></w:tbl>"
        ),
        "text",
        ("La région accompagne",),
    )
    yield (
        "long.docx",
        docx_of((para("Partie", "<w:pStyle w:val='Heading1'/>") + para(PROSE) * 20) * 250),
        "text",
        ("La région accompagne",),
    )
    yield (
        "wide-table.docx",
        docx_of(para(PROSE) + f"<w:tbl>{row(*[cell(para('aide locale')) for _ in range(600)]) * 30}</w:tbl>"),
        "text",
        ("La région accompagne",),
    )
    yield "entity.docx", docx_of(para(PROSE)).replace(b"", b""), "text", ("La région accompagne",)
    ole2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 500
    yield "password.docx", ole2 + "EncryptedPackage".encode("utf-16-le") + b"\x00" * 500, "protected", ()
    yield "old-word.docx", ole2 + "WordDocument".encode("utf-16-le") + b"\x00" * 500, "unsupported", ()
    yield "old-word.doc", ole2 + "WordDocument".encode("utf-16-le"), "unsupported", ()
    yield "zip-named.docx", honest_zip(), "unreadable|unsupported", ()
    yield "docx-named.zip", honest_docx(), "text|unsupported", ()
    yield "docx-named.txt", honest_docx(), "text", ("La région soutient",)
    yield "xlsx-named.docx", honest_xlsx(), "text|unreadable", ()
    yield (
        "odt-named.docx",
        zipped({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<a/>"}),
        "unreadable|unsupported",
        (),
    )
    yield "cut.docx", honest_docx()[:-200], "unreadable", ()
    yield "zero.docx", b"", "empty", ()
    yield "empty-zip.zip", zipped({}), "empty|unsupported|unreadable", ()
    yield (
        "zip-of-zip.zip",
        zipped({"a.zip": zipped({"b.zip": zipped({"c.txt": PROSE.encode()})})}),
        "unsupported|text",
        (),
    )
    yield (
        "names-odd.zip",
        zipped(
            {"a\x00b.txt": PROSE.encode(), "CON.txt": PROSE.encode(), "é" * 120 + ".md": PROSE.encode(), " .txt": b"x"}
        ),
        "text",
        (),
    )
    yield "mark-of-zip.zip", b"PK\x05\x06" + b"\x00" * 18, "empty|unsupported|unreadable", ()
    yield (
        "zip64-lie.zip",
        struct.pack("<4sHHHHHIIIHH", b"PK\x03\x04", 45, 0, 0, 0, 0, 0, 0xFFFFFFFF, 0xFFFFFFFF, 1, 0) + b"a",
        "unreadable",
        (),
    )


def _without(data: bytes, part: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return zipped({name: archive.read(name) for name in archive.namelist() if name != part})


MAKERS: tuple[Callable[[], Iterator[Odd]], ...] = (
    envelopes,
    protections,
    pages,
    fonts,
    streams,
    kinds,
    webpages,
    texts,
    words_of_office,
)


def odd_files() -> list[Odd]:
    return [odd for maker in MAKERS for odd in maker()]

"""More odd files of the kinds that test collections hold, made here: what scanners, typesetters, spreadsheets and mail
programs leave in them. Each as in `odd_files`: (name, bytes, the outcome, words that must or must not be in the text)."""

from __future__ import annotations

import base64
import gzip
import io
import struct
import zlib
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import openpyxl
from mutants import CATALOG, FONT, PAGE, PAGES, WORDS, honest_pdf, one_page, pdf_of, stream
from odd_files import PLAIN, PROSE, SAID, Odd, _with_map, cell, docx_of, html_of, page_with, para, row, zipped

LINES = [
    b"La region accompagne les entreprises du",
    b"territoire avec un conseiller et un suivi",
    b"de douze mois. Les dossiers sont recus",
]


def shown(x: float, y: float, words: bytes, size: float = 11) -> bytes:
    return b"BT /F %g Tf %g %g Td (%s) Tj ET\n" % (size, x, y, words)


def prose(x: float = 60, count: int = 40) -> bytes:
    return b"".join(shown(x, 760 - 14 * n, LINES[n % 3]) for n in range(count))


def drawn(content: bytes, **more: Any) -> bytes:
    return one_page(stream(content), **more)


# ---- the structure of a PDF ---------------------------------------------------------------------------------------


def structures() -> Iterator[Odd]:
    kids = b"<< /Type /Pages /Kids [3 0 R 6 0 R] /Count 2 >>"
    back = b"<< /Type /Pages /Parent 2 0 R /Kids [2 0 R] /Count 1 >>"
    yield "tree-cycle.pdf", pdf_of(CATALOG, kids, PAGE % b"", stream(WORDS), FONT, back), "text", SAID
    twice = b"<< /Type /Pages /Kids [3 0 R 3 0 R] /Count 2 >>"
    yield "page-twice.pdf", pdf_of(CATALOG, twice, PAGE % b"", stream(WORDS), FONT), "text", SAID
    held = b"<< /Type /Pages /Kids [%s] /Count 1 >>" % (PAGE % b"")
    yield "kids-direct.pdf", pdf_of(CATALOG, held, b"null", stream(WORDS), FONT), "text", SAID
    revised = _revised()
    new = ("Version nouvelle du plan", "-sans frais")
    start = int(PLAIN.rsplit(b"startxref\n", 1)[1].split()[0])
    yield "revision-bad-start.pdf", revised.rsplit(b"startxref", 1)[0] + b"startxref\n12\n%%EOF\n", "text", new
    yield "revision-bad-previous.pdf", revised.replace(b"/Prev %d" % start, b"/Prev 3"), "text", new
    yield "revision-cut.pdf", revised[:-40], "text", ()
    yield "two-files-in-one.pdf", PLAIN + honest_pdf(), "text", ()
    escaped = PLAIN.replace(b"/Type /Page ", b"/Type /P#61ge ").replace(b"/Contents", b"/Cont#65nts")
    yield "names-escaped.pdf", escaped, "text", SAID
    remarks = PLAIN.replace(b"/Contents 4 0 R", b"/Contents % here ) ( >>\n 4 0 R").replace(b"BT /F", b"% (hop\nBT /F")
    yield "remarks-inside.pdf", remarks, "text", SAID
    yield "nul-blanks.pdf", PLAIN.replace(b" /", b"\x00/"), "text", SAID
    yield "stuck-tokens.pdf", PLAIN.replace(b" obj\n<<", b" obj<<").replace(b">>\nendobj", b">>endobj"), "text", SAID
    yield "macbinary.pdf", b"\x00\x07essai.p".ljust(65, b"\0") + b"PDF CARO" + b"\0" * 55 + PLAIN, "text", SAID
    yield "in-a-mail.pdf", b"MIME-Version: 1.0\r\nContent-Type: application/pdf\r\n\r\n" + PLAIN, "text", SAID
    yield "base64.pdf", base64.encodebytes(PLAIN), "unreadable", ()
    yield "gzipped.pdf", gzip.compress(PLAIN), "unsupported", ()
    yield "returns-added.pdf", honest_pdf().replace(b"\n", b"\r\n"), "text|unreadable", ()
    yield "size-huge.pdf", PLAIN.replace(b"/Size 6", b"/Size 2147483647"), "text", SAID
    yield "generation.pdf", PLAIN.replace(b"4 0 obj", b"4 5 obj").replace(b"4 0 R", b"4 5 R"), "text", SAID
    yield "objects-packed.pdf", _packed(), "text", SAID
    yield "objects-that-extend-themselves.pdf", _packed(more=b"/Extends 6 0 R"), "text", SAID
    yield "table-of-wrong-widths.pdf", _packed(widths=b"[1 2 1]"), "text|unreadable", ()
    yield "table-of-wrong-index.pdf", _packed(index=b"/Index [0 4000000]"), "text|unreadable", ()
    yield "objects-at-wrong-places.pdf", _packed(shift=5), "unreadable|empty", ()
    deep = [
        b"<< /Title (t) /Parent %d 0 R /First %d 0 R /Last %d 0 R /Count 1 >>" % (max(6, 5 + n), 7 + n, 7 + n)
        for n in range(3000)
    ]
    outlined = b"<< /Type /Catalog /Pages 2 0 R /Outlines 6 0 R >>"
    yield "outline-deep.pdf", pdf_of(outlined, PAGES, PAGE % b"", stream(WORDS), FONT, *deep), "text", SAID
    junk = stream(b"\x80\x0b\x60\x50" + b"\xff" * 2000, b"/Filter /LZWDecode")
    yield "lzw-junk.pdf", one_page(junk), "unreadable|empty", ()
    filters = stream(WORDS, b"/Filter [" + b"/ASCIIHexDecode " * 500 + b"]")
    yield "filters-by-hundreds.pdf", one_page(filters), "text|unreadable|empty", ()
    yield (
        "picture-for-content.pdf",
        one_page(stream(b"\xff\xd8\xff\xe0", b"/Filter /DCTDecode")),
        "unreadable|empty",
        (),
    )
    yield "arrays-in-arrays.pdf", drawn(b"BT /F 11 Tf " + b"[" * 5000 + b"]" * 5000 + b" TJ ET " + WORDS), "text", SAID
    yield "box-of-a-dot.pdf", PLAIN.replace(b"0 0 595 842", b"0 0 0.1 0.1"), "text", ()
    yield "crop-elsewhere.pdf", PLAIN.replace(b"/MediaBox", b"/CropBox [5000 5000 6000 6000] /MediaBox"), "text", SAID


def _revised() -> bytes:
    """A file saved again with another content, in a second part."""
    start = int(PLAIN.rsplit(b"startxref\n", 1)[1].split()[0])
    place = len(PLAIN)
    body = b"4 0 obj\n" + stream(shown(60, 700, b"Version nouvelle du plan de la region.")) + b"\nendobj\n"
    trailer = b"trailer\n<< /Size 6 /Root 1 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (start, place + len(body))
    return PLAIN + body + b"xref\n4 1\n%010d 00000 n \n" % place + trailer


def _packed(*, widths: bytes = b"[1 4 2]", index: bytes = b"", more: bytes = b"", shift: int = 0) -> bytes:
    """The one-page file with its objects in a stream of objects and its table in a stream too."""
    objects = {1: CATALOG, 2: PAGES, 3: PAGE % b"", 5: FONT}
    out = b"%PDF-1.5\n"
    places = {4: len(out)}
    out += b"4 0 obj\n" + stream(WORDS) + b"\nendobj\n"
    places[6] = len(out)
    head = body = b""
    for number, held in objects.items():
        head += b"%d %d " % (number, len(body))
        body += held + b" "
    packed = b"/Type /ObjStm /N %d /First %d %s" % (len(objects), len(head) + shift, more)
    out += b"6 0 obj\n" + stream(head + body, packed) + b"\nendobj\n"
    places[7] = len(out)
    rows = struct.pack(">BIH", 0, 0, 65535)
    for number in range(1, 8):
        place = (1, places[number], 0) if number in places else (2, 6, list(objects).index(number))
        rows += struct.pack(">BIH", *place)
    table = stream(rows, b"/Type /XRef /W %s /Size 8 /Root 1 0 R %s" % (widths, index))
    return out + b"7 0 obj\n" + table + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % places[7]


# ---- letters ------------------------------------------------------------------------------------------------------


def letters() -> Iterator[Odd]:
    text = shown(60, 700, b"Une aide pour les entreprises de la region, sans frais.")
    named = b"<< /Type /Font /Subtype /Type1 /BaseFont /A /Encoding << /Differences [%s] >> >>"
    unicode_names = b"32 " + b" ".join(b"/uni%04X" % n for n in range(32, 123))
    yield "names-of-unicode.pdf", drawn(text, font=named % unicode_names), "text", SAID
    small = b"97 " + b" ".join(b"/%c.sc" % n for n in range(97, 123))
    yield "names-of-small-capitals.pdf", drawn(text, font=named % small), "text", ("aide pour les entreprises",)
    joined = shown(60, 700, b"Une o$cine #le et %able pour les entreprises de la region")
    ligatures = named % b"35 /f_i /f.alt_i.alt /T_h"
    yield "names-of-ligatures.pdf", drawn(joined, font=ligatures), "text", ("file et Thable", "-/f")
    codes = b"32 " + b" ".join(b"/g%d" % (400 + (n * 37) % 91) for n in range(91))
    many = b"".join(shown(60, 700 - 14 * n, bytes(33 + (n * 31 + i * 17) % 80 for i in range(60))) for n in range(9))
    scrambled = many.replace(b"\\", b"A")
    yield "names-that-say-nothing.pdf", drawn(scrambled, font=named % codes), "unreadable", ()
    yield "map-of-nothing.pdf", _with_map(dict.fromkeys(range(32, 127), 0)), "unreadable|empty", ()
    yield "map-of-one-letter.pdf", _with_map(dict.fromkeys(range(32, 127), 65)), "unreadable", ()
    yield "map-of-no-letters.pdf", _with_map(dict.fromkeys(range(32, 127), 65533)), "unreadable|empty", ()
    yield "map-of-blanks.pdf", _with_map(dict.fromkeys(range(32, 127), 32)), "empty", ()
    hebrew = {n: 0x5D0 + n - 97 for n in range(97, 124)} | {32: 32}
    yield "hebrew.pdf", _with_map(hebrew, b"abcd efgh ijklm nopq rst uvw xyz abc defgh ijk lmn"), "text", ()


# ---- the places of letters ----------------------------------------------------------------------------------------


def places() -> Iterator[Odd]:
    apart = b" ".join(b"(%c) -500" % c for c in b"REGIONAL")
    spaced = b"BT /F 20 Tf 60 700 Td [" + apart + b"] TJ ET " + shown(60, 660, SAID[0].encode())
    yield "letters-apart.pdf", drawn(spaced), "text", ("REGIONAL", *SAID)
    words = b"BT /F 11 Tf 60 700 Td [(Une)-250(aide)-200(pour)-180(les)-160(entreprises)] TJ ET"
    yield "blanks-by-moves.pdf", drawn(words), "text", ("Une aide pour les entreprises",)
    bold = b"".join(shown(60 + shift, 700, b"Une aide pour les entreprises de la region") for shift in (0, 0.3, 0.6))
    yield "drawn-three-times.pdf", drawn(bold), "text", ("de la region", "-regionUne", "-region Une")
    soft = shown(60, 700, b"Une aide pour les entre\\255") + shown(60, 686, b"prises de la re\\255gion, sans frais")
    yield "soft-hyphens.pdf", drawn(soft), "text", ("les entreprises de la region",)
    raised = (
        b"BT /F 11 Tf 60 700 Td (Le 1) Tj 7 0 0 7 81 704 Tm (er) Tj 11 0 0 11 89 700 Tm ( janvier, pour tous) Tj ET"
    )
    yield "raised.pdf", drawn(raised), "text", ("Le 1er janvier",)
    skewed = b"BT /F 11 Tf 1 0.1 0.3 1 60 700 Tm (Une aide pour les entreprises de la region) Tj ET"
    yield "skewed.pdf", drawn(skewed), "text", ("Une aide pour les entreprises",)
    crossing = b"q 0.7 0.7 -0.7 0.7 150 200 cm 0.8 g BT /F 90 Tf (PROJET) Tj ET Q 0 g "
    yield "watermark.pdf", _pages([crossing + prose()] * 3), "text", ("-PROJET", "du territoire avec un conseiller")
    once = _pages([crossing + prose(), prose()])
    yield "stamp-across.pdf", once, "text", ("PROJET", "du territoire avec un conseiller")
    edge = b"BT /F 20 Tf 0 1 -1 0 30 200 Tm (Recu en prefecture le 12 mars) Tj ET "
    yield "stamp-on-the-edge.pdf", drawn(edge + prose()), "text", ("Recu en prefecture", "du territoire avec")
    numbered = b"".join(shown(30, 760 - 14 * n, b"%d" % (n + 1), 8) for n in range(40))
    said = ("accompagne les entreprises du territoire avec un conseiller",)
    yield "numbered-lines.pdf", drawn(numbered + prose()), "text", said
    fifths = b"".join(shown(550, 760 - 14 * n, b"%d" % (n + 1), 8) for n in range(4, 40, 4))
    yield "numbered-by-fours.pdf", drawn(prose() + fifths), "text", ()
    budget = b"".join(
        shown(60, 760 - 20 * n, b"Action de la mesure") + shown(400, 760 - 20 * n, b"%d" % (n + 1)) for n in range(12)
    )
    yield "numbers-of-a-table.pdf", drawn(budget), "text", ("Action de la mesure | 12",)
    across = b"".join(shown(40 + 270 * side, 740 - 14 * n, LINES[n % 3], 9) for n in range(30) for side in range(2))
    yield "columns-across.pdf", drawn(across), "text", said


def _pages(contents: list[bytes]) -> bytes:
    kids = b" ".join(b"%d 0 R" % (4 + 2 * n) for n in range(len(contents)))
    objects: list[bytes] = []
    for n, content in enumerate(contents):
        page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources << /Font << /F 3 0 R >> >> >>"
        objects += [page % (5 + 2 * n), stream(content)]
    return pdf_of(CATALOG, b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(contents)), FONT, *objects)


# ---- what is put on a page, and scans -----------------------------------------------------------------------------


def notes_and_scans() -> Iterator[Odd]:
    def noted(note: bytes, *more: bytes) -> bytes:
        return page_with(WORDS, note, *more, extra=b"/Annots [6 0 R]")

    remark = b"<< /Type /Annot /Subtype /Text /Rect [10 10 30 30] /Contents (Note de relecture) >>"
    yield "sticky-note.pdf", noted(remark), "text", (*SAID, "-relecture")
    free = b"<< /Type /Annot /Subtype /FreeText /Rect [60 600 300 620] /Contents (Mention ajoutee) >>"
    yield "free-text.pdf", noted(free), "text", (*SAID, "Mention ajoutee")
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 240 20] /Resources << /Font << /F 5 0 R >> >>"
    stamp = b"<< /Type /Annot /Subtype /Stamp /Rect [60 500 300 520] /F %d /AP << /N 7 0 R >> >>"
    look = stream(shown(0, 0, b"ADOPTE LE 12 MARS 2024"), form)
    yield "stamp.pdf", noted(stamp % 4, look), "text", (*SAID, "ADOPTE LE 12 MARS 2024")
    yield "stamp-hidden.pdf", noted(stamp % 2, look), "text", (*SAID, "-ADOPTE")
    yield "stamp-of-itself.pdf", noted(stamp % 4, stream(b"/X Do", form.replace(b"/Font", b"/XObject << /X 7 0 R >> /Font"))), "text", SAID  # fmt: skip
    typed = b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (a) /Rect [60 500 300 520] /AP << /N 7 0 R >> >>"
    yield "field-by-its-look.pdf", noted(typed, stream(shown(0, 0, b"Menuiserie Martin"), form)), "text", ("Menuiserie Martin",)  # fmt: skip
    chosen = b"<< /Type /Annot /Subtype /Widget /FT /Ch /T (a) /V [(PME) (ETI)] /Opt [(PME) (ETI) (TPE)] /Rect [60 500 170 510] >>"
    yield "choices.pdf", noted(chosen), "text", ("PME, ETI", "-TPE")
    looped = b"<< /Type /Annot /Subtype /Widget /FT /Tx /Parent 7 0 R /Rect [60 500 170 510] >>"
    yield "fields-in-a-loop.pdf", noted(looped, b"<< /Parent 6 0 R /T (x) >>"), "text", SAID
    image = stream(b"\x00" * 100, b"/Type /XObject /Subtype /Image /Width 1000 /Height 1400 /ColorSpace /DeviceGray /BitsPerComponent 8")  # fmt: skip
    whole, held = b"q 595 0 0 842 0 0 cm /I Do Q ", b"/XObject << /I 6 0 R >>"
    yield "scan-with-its-number.pdf", page_with(whole + shown(290, 20, b"Page 1", 9), image, resources=held), "scanned", ()  # fmt: skip
    junk = b"3 Tr " + shown(40, 700, b"~ |: .,;_ -- ^^ =* ii |l| '': ,,.. _ ~~ |' ;: .. -_ || == ** ^ :: '' ,, ")
    yield "scan-misread.pdf", page_with(whole + junk, image, resources=held), "scanned|unreadable", ()
    strips = b"".join(b"q 595 0 0 84.2 0 %.1f cm /I Do Q " % (84.2 * n) for n in range(10))
    yield "scan-in-strips.pdf", page_with(strips, image, resources=held), "scanned", ()
    inline = b"q 595 0 0 842 0 0 cm BI /W 8 /H 8 /CS /G /BPC 8 ID " + b"\x7f" * 64 + b" EI Q"
    yield "scan-in-the-page.pdf", drawn(inline), "scanned", ()
    letterhead = b"q 100 0 0 80 40 740 cm BI /W 8 /H 8 /CS /G /BPC 8 ID " + b"\x7f" * 64 + b" EI Q "
    yield "logo-in-the-page.pdf", drawn(letterhead + WORDS), "text", SAID


# ---- the web ------------------------------------------------------------------------------------------------------


def webpages() -> Iterator[Odd]:
    body = f"<p>{PROSE} Même l'été, où ça naît.</p>" * 3
    said = ("La région accompagne", "Même l'été, où ça naît")
    late = "<html><head>" + "<meta name=a content=b>" * 400 + "<meta charset=windows-1252></head><body>" + body
    yield "charset-late.html", late.encode("cp1252"), "text", said
    for code, text, word in (
        ("iso-2022-jp", "地域の企業を支援します。", "企業"),
        ("gb18030", "支持地区企业的发展计划。", "企业"),
        ("koi8-r", "Регион помогает предприятиям. ", "Регион"),
    ):
        page = html_of(f"<p>{text * 9}</p>", f"<meta charset={code}>")
        yield f"{code}.html", page.encode(code, "replace"), "text", (word,)
    yield "two-encodings.html", html_of(body).encode() + "<p>La région été</p>".encode("cp1252"), "text", said
    spans = "<table><tr><th rowspan=2>Aide<th colspan=2>Montant<tr><th>TPE<th>PME<tr><td>Chèque<td>5 000 €<td>10 000 €</table>"
    yield "spans.html", html_of(body + spans).encode(), "text", ("Chèque", "10 000 €")
    terms = "<dl><dt>Montant</dt><dd>5 000 euros par entreprise</dd></dl>"
    yield "terms.html", html_of(body + terms).encode(), "text", ("Montant", "5 000 euros par entreprise")
    folded = "<details><summary>Qui ?</summary><p>Les artisans de la vallée.</p></details>"
    yield "folded.html", html_of(body + folded).encode(), "text", ("Les artisans de la vallée",)
    yield "frame-within.html", html_of("<iframe srcdoc='<p>caché</p>'></iframe>" + body).encode(), "text", ("-caché",)
    picture = "<img src='data:image/png;base64," + "A" * 1_000_000 + "'>"
    yield "picture-within.html", html_of(picture + body).encode(), "text", said
    entities = (
        "<!DOCTYPE html [<!ENTITY a '&a;&a;'><!ENTITY b SYSTEM 'file:///etc/passwd'>]><html><body><p>"
        + PROSE
        + " &a; &b;"
    )
    yield "entities-in-a-loop.html", entities.encode(), "text", ("La région accompagne", "-root:")
    yield "script-not-closed.html", html_of(body + "<script>if (a<b) {").encode(), "text", (*said, "-if (a")
    yield "remark-not-closed.html", html_of(body + "<!-- jamais").encode(), "text", said
    yield (
        "archive.mht",
        b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n<p>La r=C3=A9gion",
        "unsupported",
        (),
    )


# ---- texts and tables ---------------------------------------------------------------------------------------------


def texts_and_tables() -> Iterator[Odd]:
    said = ("La région accompagne",)
    yield "two-encodings.txt", (PROSE + "\n").encode() * 6 + (PROSE + "\n").encode("cp1252"), "text", said
    yield "a-few-wrong-bytes.txt", (PROSE + " ").encode() * 30 + b"\xff\xfe\x80", "text", said
    yield "utf16-cut.txt", (PROSE + "\n").encode("utf-16-le") * 3 + b"\x00", "text", said
    yield "colours.txt", ("\x1b[1;31m" + PROSE + "\x1b[0m\n").encode() * 4, "text", (*said, "-[0m")
    yield "all-line-ends.txt", "\u0085".join([PROSE, PROSE + "\u2028" + PROSE, "\v" + PROSE]).encode(), "text", said
    yield "base64.txt", base64.encodebytes(bytes(range(256)) * 40), "unreadable", ()
    yield "one-letter.txt", b"a" * 200_000, "unreadable", ()
    yield "front-matter-toml.md", f"+++\ntitle = 'x'\n+++\n\n# Plan\n\n{PROSE}".encode(), "text", (*said, "-title")
    open_table = f"# Plan\n\n{PROSE}\n\n<table><tr><td>Aide</td><td>5 000 €\n\n## Suite\n\n{PROSE}"
    yield "table-not-closed.md", open_table.encode(), "text", ("5 000 €", "Suite", "-##")
    yield "quotes-in-quotes.md", (">" * 3000 + " " + PROSE).encode(), "text", said
    rows = "Nom de l'aide;Montant;Public visé\nChèque conseil;5 000 €;TPE\nPrêt d'honneur;20 000 €;Créateurs d'été\n"
    aids = ("Chèque conseil", "Montant : 5 000 €", "Créateurs d'été")
    yield "semicolons-1252.csv", rows.encode("cp1252"), "text", aids
    yield "tabs-utf16.csv", rows.replace(";", "\t").encode("utf-16"), "text", aids
    yield "separator-said.csv", ("sep=;\r\n" + rows).encode(), "text", (*aids, "-sep=")
    yield "title-above.csv", ("Liste des aides;;\n;;\n" + rows).encode(), "text", aids
    yield "ragged.csv", b"a;b;c\n1;deux\n3;quatre;cinq;six;sept\n\n;;;\n", "text", ("sept",)
    yield "quote-not-closed.csv", ('nom;texte\nAide;"jamais\n' + rows).encode(), "text", ()
    long = 'nom;texte\nAide;"' + "mot " * 60_000 + 'fin"\n'
    yield "cell-long.csv", long.encode(), "text", ("Aide",)
    marked = 'nom;detail\nAide;"<p>Une <b>aide</b> &eacute;t&eacute;</p><script>x()</script><p style=""display:none"">secret</p>"\n'
    yield "cell-of-html.csv", marked.encode(), "text", ("Une aide été", "-<b>", "-x()", "-secret")
    yield "columns-by-thousands.csv", (";".join(["c"] * 20_000) + "\n" + ";".join(["v"] * 20_000)).encode(), "too_large", ()  # fmt: skip


def workbooks() -> Iterator[Odd]:
    def book(fill: Callable[[Any], None]) -> bytes:
        made = openpyxl.Workbook()
        fill(made)
        file = io.BytesIO()
        made.save(file)
        return file.getvalue()

    def merged(made: Any) -> None:
        sheet = made.active
        sheet["A1"] = "Liste des aides"
        sheet.merge_cells("A1:C1")
        sheet.append(["Nom", "Public", "Montant", "Taux", "Ouverture"])
        sheet.append(["Chèque conseil", "TPE", 5000, 0.4, date(2024, 3, 1)])
        sheet.append([None, "PME", 10000])
        sheet.merge_cells("A3:A4")
        sheet["C3"].number_format, sheet["D3"].number_format = '#,##0 "€"', "0%"

    whole = ("Public : TPE\nMontant : 5000 €\nTaux : 40 %\nOuverture : 01/03/2024\n\nChèque conseil\n\nPublic : PME",)
    yield "merged.xlsx", book(merged), "text", whole

    def masked(made: Any) -> None:
        sheet = made.active
        for line in (("Nom", "Secret", "Public"), ("Aide régionale", "colonne", "PME"), ("ligne", "x", "y")):
            sheet.append(line)
        sheet.column_dimensions["B"].hidden = True
        sheet.row_dimensions[3].hidden = True
        other = made.create_sheet("Cachée")
        other.sheet_state = "veryHidden"
        other.append(["feuille"])

    seen = ("Aide régionale\n\nPublic : PME", "-colonne", "-ligne", "-feuille")
    yield "masked.xlsx", book(masked), "text", seen

    def formulas(made: Any) -> None:
        for line in (("Nom", "Calcul", "Vrai"), ("Aide régionale", "=SUM(1,2)", True), ("Autre aide", "#REF!", False)):
            made.active.append(line)

    yield "formulas.xlsx", book(formulas), "text", ("Vrai : oui", "-SUM", "-REF")

    def later(made: Any) -> None:
        sheet = made.create_sheet("Aides")
        sheet.append(["Nom", "Public"])
        sheet.append(["Aide régionale", "PME"])

    yield "first-sheet-empty.xlsx", book(later), "text", ("Public : PME",)
    yield "nothing.xlsx", book(lambda made: None), "empty", ()
    yield "cut.xlsx", book(later)[:-300], "unreadable", ()
    yield "text-named.xlsx", b"nom;montant\nAide;5", "unreadable", ()
    yield "old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "unsupported", ()


# ---- Word and other containers ------------------------------------------------------------------------------------


def word_and_others() -> Iterator[Odd]:
    w = "xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'"
    relation = "<Relationship Id='rId90' Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/{0}' Target='{0}.xml'/>"
    note = f"<w:footnotes {w}><w:footnote w:id='2'>{para('Une note de bas de page.')}</w:footnote></w:footnotes>"
    called = "<w:p><w:r><w:t>Une phrase coupée </w:t></w:r><w:r><w:footnoteReference w:id='2'/></w:r><w:r><w:t>par un appel.</w:t></w:r></w:p>"
    notes = docx_of(called, parts={"word/footnotes.xml": note.encode()}, relations=relation.format("footnotes"))
    yield "footnotes.docx", notes, "text", ("Une phrase coupée par un appel.", "1 Une note de bas de page.")
    remark = f"<w:comments {w}><w:comment w:id='1'>{para('Commentaire de relecture.')}</w:comment></w:comments>"
    remarked = docx_of(para(PROSE), parts={"word/comments.xml": remark.encode()}, relations=relation.format("comments"))
    yield "comments.docx", remarked, "text", ("La région accompagne", "-relecture")
    head = f"<w:hdr {w}><w:tbl>{row(cell(para('Service des aides')))}</w:tbl></w:hdr>"
    headed = docx_of(para(PROSE), parts={"word/header.xml": head.encode()}, relations=relation.format("header"))
    yield "head-with-a-table.docx", headed, "text", ("La région accompagne", "-Service")
    struck = f"<w:tr><w:trPr><w:del w:id='1'/></w:trPr>{cell(para('Ancienne aide'))}{cell(para('1'))}</w:tr>"
    table = f"<w:tbl>{row(cell(para('Aide')), cell(para('Montant')))}{struck}{row(cell(para('Chèque')), cell(para('5 €')))}</w:tbl>"
    yield "rows-struck-out.docx", docx_of(para(PROSE) + table), "text", ("Chèque | 5 €", "-Ancienne")
    first = f"<w:tc><w:tcPr><w:vMerge w:val='restart'/></w:tcPr>{para('PME')}</w:tc>"
    under = f"<w:tc><w:tcPr><w:vMerge/></w:tcPr>{para('')}</w:tc>"
    spans = f"<w:tbl>{row(first, cell(para('10 €')))}{row(under, cell(para('20 €')))}</w:tbl>"
    yield "cells-merged.docx", docx_of(para(PROSE) + spans), "text", ("PME | 10 €\nPME | 20 €",)
    symbol = "<w:p><w:r><w:t>Coût</w:t></w:r><w:r><w:sym w:font='Wingdings' w:char='F0E0'/></w:r><w:r><w:t>nul pour les entreprises</w:t></w:r></w:p>"
    yield "symbols.docx", docx_of(symbol), "text", ("Coût nul",)
    text = (
        f"<office:document-content xmlns:office='o' xmlns:text='t'><text:p>{PROSE}</text:p></office:document-content>"
    )
    odt = zipped({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": text.encode()})
    yield "plan.odt", odt, "unsupported", ()
    yield (
        "diapos.pptx",
        zipped({"[Content_Types].xml": b"<Types/>", "ppt/presentation.xml": b"<p/>"}),
        "unsupported",
        (),
    )
    yield (
        "livre.epub",
        zipped({"mimetype": b"application/epub+zip", "a.xhtml": html_of(PROSE).encode()}),
        "unsupported",
        (),
    )
    yield "lettre.rtf", rb"{\rtf1\ansi La r\'e9gion}", "unsupported", ()
    yield "lettre.eml", b"Subject: Aide\r\n\r\nLa region", "unsupported", ()
    yield "lettre.msg", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "unsupported", ()
    yield "donnees.json", b'{"nom": "Aide"}', "unsupported", ()
    yield "archive.tar.gz", gzip.compress(zlib.compress(b"x" * 1000)), "unsupported", ()
    yield "sans-extension", PROSE.encode(), "unsupported", ()
    yield "MAJUSCULES.PDF", PLAIN, "text", SAID
    yield "images.zip", zipped({"a.png": b"\x89PNG", "b.jpg": b"\xff\xd8\xff"}), "unsupported", ()
    yield "chemins.zip", zipped({"d/" * 300 + "plan.md": PROSE.encode(), "..\\..\\x.txt": PROSE.encode()}), "text", ()
    yield "apres-du-bruit.zip", b"junk" * 100 + zipped({"plan.md": PROSE.encode()}), "text|unreadable", ()


MAKERS: tuple[Callable[[], Iterator[Odd]], ...] = (
    structures,
    letters,
    places,
    notes_and_scans,
    webpages,
    texts_and_tables,
    workbooks,
    word_and_others,
)


def odder_files() -> list[Odd]:
    return [odd for maker in MAKERS for odd in maker()]

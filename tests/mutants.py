"""Damaged and hostile files made from honest ones, seeded: what readers must outlive."""

from __future__ import annotations

import io
import random
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator

SAID = [
    "La région soutient les petites entreprises qui veulent se lancer,",
    "avec un conseiller et un suivi de douze mois pour chacune, sans frais.",
    "Le dépôt des dossiers se fait en ligne avant la fin du mois de juin.",
]
Mutator = Callable[[bytes, random.Random], bytes]


def honest_pdf(*, packed: bool = True) -> bytes:
    """Three pages with a heading, prose and a table."""
    from reportlab.pdfgen.canvas import Canvas

    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(595, 842), pageCompression=int(packed), invariant=1)
    for page in range(3):
        canvas.setFont("Helvetica-Bold", 16)
        canvas.drawString(60, 780, f"{page + 1}. Chapitre")
        canvas.setFont("Helvetica", 11)
        for n, line in enumerate(SAID * 3):
            canvas.drawString(60, 740 - 14 * n, line)
        for n, row in enumerate((("Aide", "Montant"), ("Conseil", "5 000 euros"), ("Prêt", "20 000 euros"))):
            for x, cell in zip((60, 300), row, strict=True):
                canvas.drawString(x, 560 - 20 * n, cell)
        canvas.bookmarkPage(f"p{page}")
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def honest_docx() -> bytes:
    import docx

    word = docx.Document()
    word.add_heading("Le plan", 1)
    for line in SAID:
        word.add_paragraph(line)
    table = word.add_table(rows=2, cols=2)
    for n, text in enumerate(("Aide", "Montant", "Conseil", "5 000 euros")):
        table.cell(n // 2, n % 2).text = text
    file = io.BytesIO()
    word.save(file)
    return file.getvalue()


def honest_xlsx() -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    for row in (("Nom", "Montant", "Public"), ("Aide au conseil", 5000, "PME"), ("Prêt d'honneur", 20000, "artisans")):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def honest_html() -> bytes:
    body = "".join(f"<h2>Partie {n}</h2><p>{' '.join(SAID)}</p><ul><li>un<li>deux</ul>" for n in range(4))
    rows = "<table><tr><th>Aide<th>Montant<tr><td>Conseil<td>5 000 euros</table>"
    return f"<!doctype html><html><head><meta charset=utf-8><title>Plan</title></head><body><article>{body}{rows}</article></body></html>".encode()


def honest_csv() -> bytes:
    return ("nom;montant;public\n" + "".join(f"Aide n° {n};{n}000;PME\n" for n in range(30))).encode()


def honest_zip() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("plan.md", "# Plan\n\n" + "\n".join(SAID))
        archive.writestr("liste.csv", honest_csv())
    return file.getvalue()


def flipped(data: bytes, seed: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(seed.choice((1, 4, 20, 200))):
        changed[seed.randrange(len(changed))] ^= 1 << seed.randrange(8)
    return bytes(changed)


def truncated(data: bytes, seed: random.Random) -> bytes:
    return data[: seed.randrange(1, len(data))]


def holed(data: bytes, seed: random.Random) -> bytes:
    start = seed.randrange(len(data))
    return data[:start] + data[start + seed.randrange(1, 400) :]


def doubled(data: bytes, seed: random.Random) -> bytes:
    start = seed.randrange(len(data))
    piece = data[start : start + seed.randrange(1, 2000)]
    return data[:start] + piece * seed.choice((2, 3, 50)) + data[start + len(piece) :]


def renumbered(data: bytes, seed: random.Random) -> bytes:
    """One number in a few made zero, huge, negative or another one of the file: lengths, counts, references, offsets."""
    values = [b"0", b"-1", b"4294967296", b"99999999999999999999", b"1e309", b"2"]
    found = re.findall(rb"\d+", data)
    return re.sub(
        rb"\d+", lambda m: seed.choice([*values, seed.choice(found)]) if seed.random() < 0.02 else m.group(), data
    )


def swapped(data: bytes, seed: random.Random) -> bytes:
    """References to objects exchanged at random: cycles, and objects of another kind than expected."""
    targets = re.findall(rb"\d+ 0 R", data) or [b"1 0 R"]
    return re.sub(rb"\d+ 0 R", lambda m: seed.choice(targets) if seed.random() < 0.2 else m.group(), data)


def stuffed(data: bytes, seed: random.Random) -> bytes:
    """Bytes that mean something to parsers put anywhere."""
    marks = [
        b"<<",
        b">>",
        b"[",
        b"(",
        b"stream\n",
        b"endobj",
        b"\x00",
        b"\xff\xfe",
        b"%%EOF",
        b"<!--",
        b"]]>",
        b'"',
        b"/Kids",
        b"PK\x03\x04",
    ]
    for _ in range(seed.randrange(1, 8)):
        at = seed.randrange(len(data))
        data = data[:at] + seed.choice(marks) * seed.choice((1, 1, 100)) + data[at:]
    return data


MUTATORS: tuple[Mutator, ...] = (flipped, truncated, holed, doubled, renumbered, swapped, stuffed)


def mutants(seed: int) -> Iterator[tuple[str, bytes]]:
    """(file name, bytes): 42 of packed and 84 of plain PDFs, 28 to 35 of each other format."""
    kinds = (
        ("pdf", honest_pdf(), 6), ("pdf", honest_pdf(packed=False), 12), ("docx", honest_docx(), 5), ("xlsx", honest_xlsx(), 4),
        ("html", honest_html(), 5), ("csv", honest_csv(), 4), ("zip", honest_zip(), 4), ("md", b"# Plan\n\n" + honest_html(), 4),
    )  # fmt: skip
    for kind, data, rounds in kinds:
        for mutator in MUTATORS:
            for n in range(rounds):
                chance = random.Random(f"{seed} {kind} {len(data)} {mutator.__name__} {n}")  # noqa: S311 - a fuzzer
                yield f"{kind}-{len(data)}-{mutator.__name__}-{n}.{kind}", mutator(data, chance)


def pdf_of(*objects: bytes, root: int = 1, trailer: bytes = b"") -> bytes:
    """A PDF of these numbered objects, its table of places right."""
    body, places = b"%PDF-1.7\n", []
    for number, held in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n" % number + held + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    end = b"trailer\n<< /Size %d /Root %d 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        root,
        trailer,
        len(body),
    )
    return body + head + table + end


def stream(data: bytes, extra: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n" % (len(data), extra) + data + b"\nendstream"


FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
PAGE = (
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> %s >> >>"
)
WORDS = b"BT /F 11 Tf 60 700 Td (Une aide pour les entreprises de la region, sans frais.) Tj ET"


def one_page(content: bytes, *more: bytes, resources: bytes = b"", font: bytes = FONT) -> bytes:
    return pdf_of(CATALOG, PAGES, PAGE % resources, content, font, *more)


def tireless() -> bytes:
    """Sixty pages that each take seconds: a file that no limit of size refuses."""
    content = stream(zlib.compress(WORDS * 50_000, 9), b"/Filter /FlateDecode")
    kids = b" ".join(b"%d 0 R" % (5 + n) for n in range(60))
    page = (PAGE % b"").replace(b"4 0 R", b"3 0 R").replace(b"5 0 R", b"4 0 R")
    return pdf_of(CATALOG, b"<< /Type /Pages /Kids [%s] /Count 60 >>" % kids, content, FONT, *[page] * 60)


def hostile() -> Iterator[tuple[str, bytes]]:
    """Files made to exhaust time, memory or the stack."""
    bomb = b"\x00" * 20_000_000
    for _ in range(3):
        bomb = zlib.compress(bomb, 9)
    yield "bombe.pdf", one_page(stream(bomb, b"/Filter [/FlateDecode /FlateDecode /FlateDecode]"))
    spaces = zlib.compress(b" " * 300_000_000, 9)
    yield "espaces.pdf", one_page(stream(spaces, b"/Filter /FlateDecode"))
    yield "operations.pdf", one_page(stream(zlib.compress(WORDS * 200_000, 9), b"/Filter /FlateDecode"))
    yield "tableaux.pdf", one_page(stream(b"[" * 200_000 + b" TJ"))
    yield "dictionnaires.pdf", pdf_of(b"<< /A " * 50_000 + b">> " * 50_000, PAGES)
    yield (
        "pages-nombreuses.pdf",
        pdf_of(CATALOG, b"<< /Type /Pages /Kids [3 0 R] /Count 2000000000 >>", PAGE % b"", stream(WORDS), FONT),
    )
    many = b" ".join([b"3 0 R"] * 300_000)
    yield (
        "meme-page.pdf",
        pdf_of(CATALOG, b"<< /Type /Pages /Kids [%s] /Count 300000 >>" % many, PAGE % b"", stream(WORDS), FONT),
    )
    yield (
        "arbre-en-boucle.pdf",
        pdf_of(CATALOG, b"<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 2 >>", PAGE % b"", stream(WORDS), FONT),
    )
    yield (
        "parents-en-boucle.pdf",
        pdf_of(
            CATALOG,
            b"<< /Type /Pages /Parent 3 0 R /Kids [3 0 R] >>",
            b"<< /Type /Pages /Parent 2 0 R /Kids [2 0 R] /Count 1 >>",
        ),
    )
    looped = pdf_of(CATALOG, PAGES, PAGE % b"", stream(WORDS), FONT)
    place = looped.rindex(b"xref\n0")
    yield "table-en-boucle.pdf", pdf_of(CATALOG, PAGES, PAGE % b"", stream(WORDS), FONT, trailer=b"/Prev %d" % place)
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 6 0 R /Y 6 0 R >> >>"
    yield (
        "dessins-en-boucle.pdf",
        one_page(stream(b"/X Do"), stream(b"/X Do /Y Do /X Do", form), resources=b"/XObject << /X 6 0 R >>"),
    )
    doubling = [stream(b"/X Do /X Do /X Do /X Do", form.replace(b"6 0 R", b"%d 0 R" % (7 + n))) for n in range(14)]
    yield (
        "dessins-doublants.pdf",
        one_page(stream(b"/X Do"), *doubling, stream(WORDS, form), resources=b"/XObject << /X 6 0 R >>"),
    )
    cmap = b"begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange 1 beginbfrange <0000> <FFFFFFFF> <0041> endbfrange endcmap"
    wide = b"<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H /ToUnicode 6 0 R /DescendantFonts [7 0 R] >>"
    yield "lettres-sans-fin.pdf", one_page(stream(WORDS), stream(cmap), b"<< /W [0 4000000000 500] >>", font=wide)
    yield "image-sans-fin.pdf", one_page(stream(WORDS + b" BI /W 9 /H 9 ID " + b"x" * 100_000))
    yield (
        "etiquettes.pdf",
        pdf_of(
            b"<< /Type /Catalog /Pages 2 0 R /PageLabels 6 0 R >>",
            PAGES,
            PAGE % b"",
            stream(WORDS),
            FONT,
            b"<< /Kids [6 0 R] >>",
        ),
    )
    yield "objets-en-boucle.pdf", pdf_of(b"2 0 R", b"1 0 R")
    yield (
        "chiffre.pdf",
        pdf_of(
            CATALOG,
            PAGES,
            PAGE % b"",
            stream(WORDS),
            FONT,
            b"<< /Filter /Standard /V 9 /R 9 /O () /U () /P -1 >>",
            trailer=b"/Encrypt 6 0 R",
        ),
    )
    yield "aucune-page.pdf", pdf_of(CATALOG, b"<< /Type /Pages /Kids [] /Count 0 >>")
    yield "lettres-geantes.pdf", one_page(stream(WORDS.replace(b"11 Tf", b"1e38 Tf")))
    yield "places-infinies.pdf", one_page(stream(b"1e300 0 0 1e300 1e300 1e300 cm " + WORDS))
    laughs = '<!DOCTYPE w [<!ENTITY a "rire rire rire rire">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 20}">' for n in range(9)
    )
    body = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>%s</w:body></w:document>'
    yield (
        "rires.docx",
        _with_part(
            honest_docx(), "word/document.xml", (laughs + "]>" + body % "<w:p><w:r><w:t>&j;</w:t></w:r></w:p>").encode()
        ),
    )
    nested = "<w:tbl><w:tr><w:tc>" * 3000 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 3000
    yield "tableaux.docx", _with_part(honest_docx(), "word/document.xml", (body % nested).encode())
    yield "vide.docx", _with_part(honest_docx(), "word/document.xml", b"")
    yield "divs.html", b"<html><body>" + b"<div>" * 100_000 + b"fond" + b"</div>" * 100_000
    yield "balises.html", b"<html><body><p>" + b"<b><i>" * 40_000 + SAID[0].encode()
    yield "tableaux.html", b"<html><body>" + b"<table><tr><td>" * 5_000 + SAID[0].encode()
    yield "etoiles.md", b"*" * 200_000 + b" aide " + b"_" * 100_000
    yield "crochets.md", b"[" * 60_000 + b"aide" + b"](" * 60_000
    yield "listes.md", b"".join(b" " * (n % 900) + b"- aide\n" for n in range(9_000))
    yield "balises.md", b"<table>" * 20_000 + b"<sup>" * 20_000 + b"aide"
    yield "points.txt", b"aide " + b". " * 300_000 + b"12"
    yield "traits.txt", (b"aide-\n" * 150_000)
    yield "ligne.txt", b"aide " * 2_000_000
    yield "colonnes.csv", b";".join([b"aide"] * 300_000) + b"\n"
    yield "guillemets.csv", b'"' * 300_001
    yield "lignes.csv", b"nom;montant\n" + b"aide;3\n" * 400_000
    yield "utf16.txt", "L'aide régionale est ouverte à toutes les entreprises du territoire.".encode("utf-16-le")
    yield "zip-de-zips.zip", _zipped({"un.zip": honest_zip(), "deux.zip": honest_zip()})
    yield "bombe.zip", _zipped({"a.txt": b"\x00" * 60_000_000})
    yield (
        "chemins.zip",
        _zipped({"../../../../tmp/plan.md": b"# Plan", "/etc/plan.md": b"# Plan", "C:\\plan.md": b"# Plan"}),
    )
    yield "bombe.docx", _with_part(honest_docx(), "word/document.xml", b" " * 500_000_000)


def _zipped(files: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return file.getvalue()


def _with_part(data: bytes, part: str, held: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    return _zipped(files | {part: held})

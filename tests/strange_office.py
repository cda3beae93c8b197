"""Strategies of Word files and workbooks: packages of parts that no office program writes, and a few that they do."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from html import escape

from hypothesis import strategies as st
from strange import attributes, damaged, numbers, rarely
from strange import texts as any_texts

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
MORE = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:wp="urn:d" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
BLOCKS = ("w:p", "w:p", "w:p", "w:tbl", "w:tr", "w:tc", "w:sdt", "w:sdtContent", "w:ins", "w:del", "w:customXml", "w:body", "w:txbxContent", "mc:AlternateContent", "mc:Choice", "w:altChunk")  # fmt: skip
INLINE = ("w:r", "w:r", "w:r", "w:hyperlink", "w:fldSimple", "w:smartTag", "w:ruby", "w:drawing", "m:oMath", "m:r", "w:pict")  # fmt: skip
LEAVES = ("w:t", "w:t", "w:t", "w:tab", "w:br", "w:sym", "w:softHyphen", "m:t", "w:delText", "w:instrText", "w:footnoteReference", "w:lastRenderedPageBreak")  # fmt: skip
PROPERTIES = (
    "pStyle", "rStyle", "tblStyle", "outlineLvl", "gridSpan", "vMerge", "gridBefore", "numId", "b", "i", "vanish", "sz", "color", "shd",
    "highlight", "hidden",
)  # fmt: skip
SAID = st.one_of(
    numbers,
    st.sampled_from(["Titre1", "Liste", "TM1", "continue", "restart", "FFFFFF", "auto", "off", "vide", "a" * 5000]),
)
NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")  # one of them and no part is read
texts = any_texts.map(lambda said: NO_XML.sub("", said))
DECLARED = ("UTF-8", "UTF-8", "UTF-8", "ISO-8859-1", "UTF-16", "windows-1252", "utf-7", "martien", "UTF-32")


def property_of(name: str, said: str) -> str:
    attribute = {"shd": "fill", "color": "val"}.get(name, "val")
    return f'<w:{name} w:{attribute}="{escape(said)}"/>'


@st.composite
def properties(draw: st.DrawFn, tag: str) -> str:
    found = draw(st.dictionaries(st.sampled_from(PROPERTIES), SAID, max_size=3))
    held = "".join(property_of(name, said) for name, said in found.items())
    if draw(st.booleans()):
        held += f"<w:numPr><w:ilvl w:val='{draw(numbers)}'/>{property_of('numId', draw(numbers))}</w:numPr>"
    return f"<w:{tag}>{held}</w:{tag}>"


@st.composite
def leaf(draw: st.DrawFn) -> str:
    name = draw(st.sampled_from(LEAVES))
    said = escape(draw(texts)) + draw(st.sampled_from(["", "&amp;", "&#13;", "&#x85;"]))
    return f"<{name}{draw(attributes(('w:id', 'w:char', 'xml:space'), numbers))}>{said}</{name}>"


def around(within: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    @st.composite
    def made(draw: st.DrawFn) -> str:
        name = draw(st.sampled_from(BLOCKS + INLINE))
        held = "".join(draw(st.lists(within, max_size=4)))
        head = ""
        if name in ("w:p", "w:r", "w:tc", "w:tr", "w:tbl") and draw(st.booleans()):
            head = draw(properties(f"{name[2:]}Pr"))
        return f"<{name}{draw(attributes(('r:id', 'w:id', 'w:rsidR'), SAID))}>{head}{held}</{name}>"

    return made()


def paragraph(within: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """What most blocks of honest files are: runs in a paragraph."""
    runs = st.lists(within.map(lambda held: f"<w:r>{held}</w:r>"), max_size=3)
    return st.builds(lambda head, held: f"<w:p>{head}{''.join(held)}</w:p>", properties("pPr"), runs)


@st.composite
def table(draw: st.DrawFn, within: st.SearchStrategy[str]) -> str:
    rows = draw(st.lists(st.lists(st.tuples(properties("tcPr"), within), max_size=4), max_size=4))
    cells = ["".join(f"<w:tc>{head}{held}</w:tc>" for head, held in row) for row in rows]
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


blocks = st.recursive(paragraph(leaf()), lambda within: st.one_of(around(within), table(within)), max_leaves=12)
deep = st.builds(
    lambda name, depth, held: f"<{name}>" * depth + held + f"</{name}>" * depth,
    st.sampled_from(["w:sdt", "w:tbl", "w:ins", "w:r", "mc:AlternateContent"]), st.sampled_from([3, 60, 60, 1500]), paragraph(leaf()),
)  # fmt: skip
nested = st.builds(
    lambda depth, held: "<w:tbl><w:tr><w:tc>" * depth + held + "</w:tc></w:tr></w:tbl>" * depth,
    st.sampled_from([2, 60]), paragraph(leaf()),
)  # fmt: skip
doctypes = st.sampled_from(
    [
        "",
        "",
        "",
        "",
        '<!DOCTYPE d [<!ENTITY garde SYSTEM "file://{beside}">]>',
        '<!DOCTYPE d [<!ENTITY garde "x">]>',
        "<!DOCTYPE d>",
    ]
)


WILD = (
    "&#1;",
    "&#0;",
    "&garde;",
    "&#xFFFE;",
    "]]>",
    "\x01",
    "<w:p>",
    "</w:p>",
    "<!-- a -- b -->",
    "<?x?>",
    "<![CDATA[x]]>",
)


@st.composite
def part(draw: st.DrawFn, markup: str, beside: str) -> bytes:
    """The bytes of a part. One in ten is declared in another encoding, holds what XML may not, or is damaged."""
    if not draw(rarely):
        return markup.encode()
    if draw(st.booleans()):
        at = draw(st.integers(0, len(markup)))
        markup = markup[:at] + draw(st.sampled_from(WILD)) + markup[at:]
    declared, real = draw(st.sampled_from(DECLARED)), draw(st.sampled_from(["utf-8", "utf-8", "utf-8", "as said"]))
    said = f'<?xml version="1.0" encoding="{declared}"?>' if draw(st.booleans()) else ""
    try:
        data = (said + draw(doctypes).replace("{beside}", beside) + markup).encode(
            declared if real == "as said" else real, "replace"
        )
    except LookupError:
        data = markup.encode("utf-8", "replace")
    return draw(damaged(data))


def relations(targets: dict[str, tuple[str, str]]) -> str:
    held = "".join(
        f'<Relationship Id="{i}" Type="{TYPE}{kind}" Target="{escape(place)}"/>' for i, (kind, place) in targets.items()
    )
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{held}</Relationships>'


def zipped(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return file.getvalue()


PLACES = st.sampled_from(
    ["word/document.xml"] * 6
    + ["/word/document.xml", "../../etc/passwd", "word\\document.xml", "", "word/manque.xml", "word/styles.xml"]
)


@st.composite
def word_files(draw: st.DrawFn, beside: str = "nulle-part") -> bytes:
    """A Word file: its document, styles, notes, a page put in whole, and the relations between them."""
    body = "".join(draw(st.lists(st.one_of(blocks, blocks, blocks, blocks, blocks, deep, nested), max_size=6)))
    body += draw(st.sampled_from(["", "<w:p><w:r><w:t>La région soutient les entreprises.</w:t></w:r></w:p>"]))
    styles = "".join(
        f'<w:style w:styleId="{escape(i)}"><w:name w:val="{escape(name)}"/><w:basedOn w:val="{escape(base)}"/>{held}</w:style>'
        for i, name, base, held in draw(
            st.lists(
                st.tuples(
                    SAID,
                    st.sampled_from(["heading 1", "heading 99", "heading ²", "toc 1", "List", "Titre"]),
                    SAID,
                    properties("rPr"),
                ),
                max_size=3,
            )
        )
    )
    notes = "".join(f'<w:footnote w:id="{escape(n)}"><w:p><w:r>{held}</w:r></w:p></w:footnote>' for n, held in draw(st.lists(st.tuples(numbers, leaf()), max_size=2)))  # fmt: skip
    parts = {
        "[Content_Types].xml": b"<Types/>",
        "_rels/.rels": draw(part(relations({"1": ("officeDocument", draw(PLACES))}), beside)),
        "word/document.xml": draw(part(f"<w:document {W} {R} {MORE}><w:body>{body}</w:body></w:document>", beside)),
        "word/_rels/document.xml.rels": draw(
            part(relations({"1": ("aFChunk", "page.html"), "2": ("styles", draw(PLACES))}), beside)
        ),
        "word/styles.xml": draw(part(f"<w:styles {W}>{styles}</w:styles>", beside)),
        "word/footnotes.xml": draw(part(f"<w:footnotes {W} {MORE}>{notes}</w:footnotes>", beside)),
        "word/page.html": draw(texts).encode("utf-8", "replace"),
        "docProps/core.xml": draw(
            part(
                f'<c xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{escape(draw(texts))}</dc:title></c>', beside
            )
        ),
    }
    missing = draw(st.sets(st.sampled_from(sorted(parts)), max_size=1)) if draw(rarely) else set()
    data = zipped({name: data for name, data in parts.items() if name not in missing})
    return draw(damaged(data)) if draw(rarely) else data


PLACES_IN_A_SHEET = st.builds(
    lambda column, row: f"{column}{row}", st.sampled_from(["A", "B", "C", "D", "D", "Z", "XFD"]), st.integers(1, 9)
)
NOWHERE = st.sampled_from(["A1048577", "XFE1", "ZZZZ9", "a1", "1A", "A0", "A-1", "$A$1", "A1:B2"])
MERGED = ("A1:A3", "B1:B9999999", "A2:A1", "XFD1:XFD2", "1:2", "", "A1:D4")
QUANTITIES = (
    "5000",
    "0.5",
    "1e309",
    "-1e309",
    "45000",
    "2958466",
    "-700000",
    "1e-400",
    "9" * 400,
    "1.5",
    "0.1",
    "1e22",
)
whole = st.one_of(st.sampled_from(["1", "2", "3", "4"]), st.sampled_from(["5", "1048576", "1048577", "9" * 25]))


@st.composite
def cell(draw: st.DrawFn, wild: bool) -> str:
    """A cell whose kind and value agree; in a wild sheet, any with any."""
    kind, value = draw(
        st.one_of(
            st.tuples(st.sampled_from(["str", "inlineStr"]), texts), st.tuples(st.just("n"), st.sampled_from(QUANTITIES)),
            st.sampled_from([("s", "0"), ("s", "1"), ("b", "1"), ("e", "#REF!"), ("d", "2024-01-01"), ("n", "")]),
        )
    )  # fmt: skip
    style, place = draw(st.sampled_from("012")), draw(st.one_of(st.just(""), PLACES_IN_A_SHEET))
    if wild and draw(st.booleans()):
        kind, value = (
            draw(st.sampled_from(["s", "b", "d", "n", "x", ""])),
            draw(st.one_of(numbers, texts, st.just("=1+1"))),
        )
        style, place = draw(st.sampled_from(["9", "-1", "x"])), draw(NOWHERE)
    said = escape(value)
    within = (
        [f"<is><t>{said}</t></is>", f"<is><r><t>{said}</t></r></is>"]
        if kind == "inlineStr"
        else [f"<v>{said}</v>", f"<f>{said}</f><v>{said}</v>"]
    )
    at = f' r="{place}"' if place else ""
    return f'<c{at} t="{kind}" s="{style}">{draw(st.sampled_from(within)) if value else ""}</c>'


@st.composite
def sheet(draw: st.DrawFn) -> str:
    wild = draw(rarely)
    said = attributes(("r", "hidden", "spans"), st.one_of(whole, numbers) if wild else whole)
    rows = draw(st.lists(st.tuples(said, st.lists(cell(wild), max_size=5)), max_size=6))
    body = "".join(f"<row{of}>{''.join(cells)}</row>" for of, cells in rows)
    if draw(st.booleans()):
        names = "".join(f'<c t="inlineStr"><is><t>{name}</t></is></c>' for name in ("Nom", "Montant", "Public"))
        body = f"<row>{names}</row>" + body
    first, last = draw(st.tuples(whole, whole))
    columns = f'<cols><col min="{first}" max="{last}" hidden="1"/></cols>' if draw(rarely) else ""
    merged = "".join(f'<mergeCell ref="{place}"/>' for place in draw(st.lists(st.sampled_from(MERGED), max_size=2)))
    size = draw(st.sampled_from(["A1:D9", "A1:XFD1048576", "A1"])) if not wild else draw(NOWHERE)
    return f'<worksheet {S}><dimension ref="{size}"/>{columns}<sheetData>{body}</sheetData><mergeCells>{merged}</mergeCells></worksheet>'


FORMATS = st.sampled_from(
    ["0%", "General", "yyyy-mm-dd", "[h]:mm", '#,##0 "€"', "0.00E+00", "@", '"', "[$-40C]d mmm", "a" * 3000]
)


@st.composite
def workbooks(draw: st.DrawFn, beside: str = "nulle-part") -> bytes:
    """A workbook: its sheets, shared strings, styles, and the relations between them."""
    count = draw(st.integers(1, 3))
    names = "".join(
        f'<sheet name="{escape(draw(texts)) or n}" sheetId="{n + 1}" state="{draw(st.sampled_from(["visible"] * 20 + ["hidden", "x"]))}" r:id="s{n}"/>'
        for n in range(count)
    )
    targets = {
        f"s{n}": ("worksheet", draw(st.sampled_from([f"worksheets/s{n}.xml"] * 20 + ["../../x", "", "styles.xml"])))
        for n in range(count)
    }
    targets |= {"st": ("styles", "styles.xml"), "ss": ("sharedStrings", "sharedStrings.xml")}
    strings = "".join(f"<si><t>{escape(said)}</t></si>" for said in draw(st.lists(texts, max_size=4)))
    formats = f'<numFmts><numFmt numFmtId="164" formatCode="{escape(draw(FORMATS))}"/></numFmts>'
    styles = f'<styleSheet {S}>{formats}<cellXfs><xf/><xf numFmtId="164"/><xf numFmtId="{draw(st.sampled_from(["14", "22", "9", "10", "99", "46"]))}"/></cellXfs></styleSheet>'  # fmt: skip
    kinds = "".join(f'<Override PartName="/xl/{place}" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.{kind}+xml"/>' for place, kind in [("workbook.xml", "sheet.main"), ("styles.xml", "styles"), ("sharedStrings.xml", "sharedStrings"), *((f"worksheets/s{n}.xml", "worksheet") for n in range(count))])  # fmt: skip
    parts = {
        "[Content_Types].xml": f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{kinds}</Types>'.encode(),
        "_rels/.rels": relations({"1": ("officeDocument", "xl/workbook.xml")}).encode(),
        "xl/workbook.xml": draw(part(f"<workbook {S} {R}><sheets>{names}</sheets></workbook>", beside)),
        "xl/_rels/workbook.xml.rels": draw(part(relations(targets), beside)),
        "xl/styles.xml": draw(part(styles, beside)),
        "xl/sharedStrings.xml": draw(part(f"<sst {S}>{strings}</sst>", beside)),
        **{f"xl/worksheets/s{n}.xml": draw(part(draw(sheet()), beside)) for n in range(count)},
    }
    missing = draw(
        st.sampled_from(
            [set()] * 20 + [{"xl/styles.xml"}, {"xl/sharedStrings.xml"}, {"xl/worksheets/s0.xml"}, {"_rels/.rels"}]
        )
    )
    data = zipped({name: data for name, data in parts.items() if name not in missing})
    return draw(damaged(data)) if draw(rarely) else data


NAMES = st.one_of(
    st.sampled_from(["plan.md", "../../plan.md", "/etc/plan.md", "C:\\plan.md", ".cache/x", "a/../b.txt", "CON.txt", "..", "a" * 300, "é" * 200 + ".md", "x." + "é" * 300, "\x00.md", "a\nb.md", "\u202etxt.md", "__MACOSX/a", "b.zip", " ", "a/"]),
    st.text(min_size=1, max_size=12),
)  # fmt: skip


@st.composite
def archives(draw: st.DrawFn) -> bytes:
    """An archive of files of any names, attributes and methods, damaged at times."""
    file = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(file, "w") as archive:
        warnings.simplefilter("ignore")  # two files of one name
        for _ in range(draw(st.integers(0, 5))):
            item = zipfile.ZipInfo(draw(NAMES).encode("utf-8", "replace").decode())
            item.external_attr = draw(st.sampled_from([0, 0o100644 << 16, 0o120777 << 16, 0o40755 << 16, 0xFFFFFFFF]))
            method = draw(
                st.sampled_from([zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
            )
            archive.writestr(item, draw(st.binary(max_size=40)), compress_type=method)
    return draw(damaged(file.getvalue()))

"""Strategies of PDF files from a small grammar: objects, streams, fonts, forms and tables of places, right or not."""

from __future__ import annotations

import zlib

from hypothesis import strategies as st
from mutants import CATALOG, FONT, PAGE, PAGES, pdf_of, stream
from strange import damaged, rarely

NAMES = (
    "Type", "Subtype", "Pages", "Kids", "Count", "Parent", "MediaBox", "CropBox", "Rotate", "UserUnit", "Contents", "Resources", "Font",
    "XObject", "BaseFont", "Encoding", "Differences", "ToUnicode", "Widths", "FirstChar", "LastChar", "DescendantFonts", "W", "DW", "CIDToGIDMap",
    "FontDescriptor", "Filter", "DecodeParms", "Length", "Matrix", "BBox", "Annots", "AP", "N", "V", "FT", "Rect", "OC", "OCProperties", "OCGs",
    "D", "OFF", "BaseState", "AcroForm", "XFA", "Names", "EmbeddedFiles", "PageLabels", "Nums", "S", "P", "St", "Title", "Metadata",
)  # fmt: skip
WORDS = (
    "Page", "Pages", "Catalog", "Font", "Type0", "Type1", "Type3", "TrueType", "CIDFontType2", "Identity-H", "WinAnsiEncoding", "MacRomanEncoding",
    "FlateDecode", "LZWDecode", "ASCIIHexDecode", "ASCII85Decode", "RunLengthDecode", "DCTDecode", "Crypt", "Widget", "Stamp", "FreeText", "Tx",
    "Form", "Image", "OCG", "OCMD", "r", "A", "OFF", "Helvetica", "Symbol", "uni0041", "g12", "a#20b", "",
)  # fmt: skip
NUMBERS = st.sampled_from([b"0", b"1", b"-1", b"2", b"612", b"90", b"45", b"1.5", b".", b"-", b"4294967296", b"9" * 30, b"1e9", b"00012", b"+-3", b"0.000000000000001"])  # fmt: skip
references = st.integers(0, 14).map(lambda n: b"%d 0 R" % n)
strings = st.one_of(
    st.binary(max_size=12).map(lambda held: b"(" + held.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)") + b")"),
    st.binary(max_size=12).map(lambda held: b"<" + held.hex().encode() + b">"),
    st.sampled_from([b"(La region aide les entreprises.)", b"(\\777\\0)", b"(\xfe\xff\xd8\x00)", b"<1>", b"<zz>", b"()", b"(D:20240101)", b"(\\", b"((x)"]),
)  # fmt: skip
names = st.one_of(st.sampled_from(WORDS), st.sampled_from(NAMES)).map(lambda word: b"/" + word.encode())
atoms = st.one_of(NUMBERS, references, references, strings, names, st.sampled_from([b"null", b"true", b"false"]))


def around(within: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    keys = st.sampled_from(NAMES).map(lambda name: b"/" + name.encode())
    return st.one_of(
        st.lists(within, max_size=5).map(lambda held: b"[" + b" ".join(held) + b"]"),
        st.lists(st.tuples(keys, within), max_size=5).map(
            lambda held: b"<< " + b" ".join(k + b" " + v for k, v in held) + b" >>"
        ),
    )


values = st.recursive(atoms, around, max_leaves=12)
OPERATORS = st.sampled_from([b"BT", b"ET", b"Tj", b"TJ", b"'", b'"', b"Tf", b"Td", b"TD", b"Tm", b"T*", b"Tc", b"Tw", b"Tz", b"TL", b"Ts", b"Tr", b"q", b"Q", b"cm", b"Do", b"BDC", b"BMC", b"EMC", b"rg", b"g", b"k", b"sc", b"re", b"W", b"n", b"f", b"gs", b"BI", b"ID", b"EI", b"sh", b"d0", b"xx"])  # fmt: skip
operations = st.builds(
    lambda held, operator: b" ".join([*held, operator]),
    st.lists(st.one_of(atoms, atoms, values), max_size=7),
    OPERATORS,
)
SHOWN = b"BT /F 11 Tf 60 700 Td (Une aide pour les entreprises de la region, sans frais.) Tj ET"
drawings = st.lists(st.one_of(st.just(SHOWN), operations, operations), max_size=12).map(b"\n".join)
CMAPS = st.sampled_from([
    b"/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfrange <00> <FF> <0041> endbfrange endcmap",
    b"1 beginbfrange <0000> <FFFFFFFF> <0041> endbfrange", b"1 beginbfchar <41> <D800> endbfchar", b"1 beginbfchar <41> <0000> <42>",
    b"2 beginbfrange <00> <02> [<0041> <0001>", b"9999999 beginbfrange", b"1 beginbfrange <FF> <00> <> endbfrange",
])  # fmt: skip


@st.composite
def streams(draw: st.DrawFn, held: st.SearchStrategy[bytes]) -> bytes:
    """A stream, packed or not, with a filter that is not its own at times."""
    data = draw(held)
    extra = draw(st.sampled_from([b"", b"", b"", b"/Filter /ASCIIHexDecode", b"/Filter /LZWDecode", b"/Filter [/ASCII85Decode /FlateDecode]", b"/DecodeParms << /Predictor 15 /Columns 0 >> /Filter /FlateDecode"]))  # fmt: skip
    if draw(st.booleans()):
        data, extra = zlib.compress(data), b"/Filter /FlateDecode" + draw(st.sampled_from([b"", b"", b" /DecodeParms << /Predictor 12 /Columns 4294967296 >>"]))  # fmt: skip
    return stream(data, extra + b" " + draw(st.sampled_from([b"", b"/Type /XObject /Subtype /Form /BBox [0 0 9 9]", b"/Resources << /XObject << /X 6 0 R >> >>"])))  # fmt: skip


fonts = st.one_of(
    st.just(FONT),
    st.builds(
        lambda kind, coding, widths, first, more: b"<< /Type /Font /Subtype /%s /BaseFont /X /Encoding %s /Widths %s /FirstChar %s /ToUnicode 8 0 R %s >>"
        % (kind, coding, widths, first, more),
        st.sampled_from([b"Type0", b"Type1", b"Type3", b"TrueType"]), st.one_of(values, st.just(b"/Identity-H"), st.just(b"<< /Differences [65 /A /uni0001 -3 /B 9999999 /C] >>")),
        values, values, st.sampled_from([b"", b"/DescendantFonts [9 0 R]", b"/DescendantFonts 3 0 R", b"/DescendantFonts [5 0 R]"]),
    ),
    values,
)  # fmt: skip
annotations = st.builds(
    lambda kind, rect, value, look: b"<< /Type /Annot /Subtype /%s /Rect %s /FT /Tx /V %s /Contents %s /AP << /N %s >> >>" % (kind, rect, value, value, look),
    st.sampled_from([b"Widget", b"Stamp", b"FreeText", b"Link"]), st.one_of(st.just(b"[10 10 200 30]"), values), values, st.one_of(references, values),
)  # fmt: skip
pages = st.builds(
    lambda resources, more: (PAGE % resources).replace(b">> >>", b">> >> " + more, 1) if more else PAGE % resources,
    st.sampled_from([b"", b"/XObject << /X 6 0 R >>", b"/Font 5 0 R", b"/XObject 3 0 R /Properties << /L 7 0 R >>"]),
    st.one_of(st.just(b""), st.lists(annotations, max_size=3).map(lambda held: b"/Annots [" + b" ".join(held) + b"]"), values.map(lambda v: b"/Annots " + v), st.sampled_from([b"/Rotate 90", b"/Rotate -45", b"/UserUnit 1e9", b"/MediaBox [0 0 0 0]"])),
)  # fmt: skip
catalogs = st.one_of(
    st.just(CATALOG), st.just(CATALOG), st.just(CATALOG),
    st.builds(lambda key, value: CATALOG.replace(b">>", b"/" + key + b" " + value + b" >>"), st.sampled_from([b"PageLabels", b"OCProperties", b"AcroForm", b"Names", b"Collection", b"Pages", b"Metadata"]), values),
    st.just(b"<< /Type /Catalog /Pages 2 0 R /PageLabels << /Nums [0 << /S /r /St 9999999999 >> 1 << /S /A /St -3 /P (x\x00) >>] >> >>"),
)  # fmt: skip
trees = st.one_of(
    st.just(PAGES), st.just(PAGES), st.just(PAGES), st.just(PAGES), st.builds(lambda kids, count: b"<< /Type /Pages /Kids %s /Count %s >>" % (kids, count), values, NUMBERS),
    st.just(b"<< /Type /Pages /Kids [3 0 R 2 0 R 3 0 R] /Count 3 >>"),
)  # fmt: skip


@st.composite
def pdf_files(draw: st.DrawFn) -> bytes:
    forms = st.one_of(streams(drawings), values)
    objects = [
        draw(catalogs), draw(trees), draw(pages), draw(st.one_of(streams(drawings), streams(drawings), streams(drawings), values)), draw(fonts), draw(forms), draw(values),
        draw(streams(CMAPS)), draw(values), *draw(st.lists(values, max_size=3)),
    ]  # fmt: skip
    trailer = draw(st.sampled_from([b""] * 20 + [b"/Encrypt 7 0 R /ID [<00> <00>]", b"/Info 7 0 R", b"/Info << /Title (Plan\x00) >>", b"/Prev 0", b"/Prev 99999999999", b"/XRefStm 10"]))  # fmt: skip
    root = draw(st.sampled_from([3, 99])) if draw(rarely) else 1
    data = pdf_of(*objects, root=root, trailer=trailer)
    return draw(damaged(data)) if draw(rarely) else data

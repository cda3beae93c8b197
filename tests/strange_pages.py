"""Strategies of pages of HTML, Markdown and texts: trees that no editor writes, in encodings that they do not declare."""

from __future__ import annotations

from hypothesis import strategies as st
from strange import attributes, damaged, numbers, texts

TAGS = (
    "p", "p", "div", "span", "b", "h1", "h6", "h7", "ul", "ol", "li", "dl", "dt", "table", "tr", "td", "th", "caption", "thead", "a", "pre",
    "code", "blockquote", "article", "main", "nav", "footer", "form", "select", "option", "textarea", "title", "style", "script", "noscript",
    "template", "iframe", "svg", "math", "details", "summary", "sup", "q", "br", "hr", "img", "input", "frameset", "plaintext", "base", "x-y",
    "o:p", "body", "html", "head",
)  # fmt: skip
NAMES = ("id", "class", "style", "hidden", "aria-hidden", "href", "colspan", "rowspan", "color", "bgcolor", "lang", "dir", "onload", "data-target", "xmlns", "name", "content", "charset")  # fmt: skip
STYLES = (
    "display:none", "color:#fff;background:#fff", "font-size:0", "font-size:1e309px", "color:rgb(", "color:rgb(1e999,0,0)", "color:hsl(-1,2,3)",
    "left:-9999px;position:absolute", "text-indent:-9e9em", "opacity:0", "opacity:nan", "color:var(--x)", "font-size:calc(1px*", ";;;:",
    "color:\\66 ff", "clip:rect(0 0 0 0)", "background:url(file:///etc/passwd)", "width:²px",
)  # fmt: skip
ENTITIES = (
    "&nbsp;",
    "&#0;",
    "&#x110000;",
    "&#xD800;",
    "&#99999999999;",
    "&amp;amp;",
    "&garde;",
    "&lt;script&gt;",
    "&#x1F1EB;",
    "&",
    "&#",
    "&notin;",
)
VALUES = st.one_of(
    numbers,
    texts,
    st.sampled_from(STYLES),
    st.just("a" * 20_000),
    st.sampled_from(["#a", "a b c", "text/html; charset=utf-7", "javascript:1"]),
)
words = st.one_of(texts, st.sampled_from(ENTITIES), st.builds(lambda a, b: a + b, texts, st.sampled_from(ENTITIES)))


def around(within: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    @st.composite
    def made(draw: st.DrawFn) -> str:
        tag, other = draw(st.sampled_from(TAGS)), draw(st.sampled_from(TAGS))
        held = "".join(draw(st.lists(within, max_size=4)))
        end = draw(st.sampled_from([f"</{tag}>", f"</{tag}>", f"</{tag}>", "", f"</{other}>", f"</{tag}", "</>"]))
        return f"<{tag}{draw(attributes(NAMES, VALUES))}>{held}{end}"

    return made()


deep = st.builds(
    lambda tag, depth, held: f"<{tag}>" * depth + held,
    st.sampled_from(["div", "b", "table><tr><td", "ul><li", "blockquote", "font color=white", "a", "svg"]), st.sampled_from([5, 300, 3000]), words,
)  # fmt: skip
odds = st.sampled_from(
    ["<!--", "-->", "<!-- a -- b -->", "<![CDATA[ x ]]>", "<?xml version='1.0'?>", "<!DOCTYPE html>", "<", "</", "<p", "<script>if (a</script>",
     '<!DOCTYPE h [<!ENTITY garde SYSTEM "file://{beside}">]>', "<style>p{color:#fff} *{display:none", "<meta charset=utf-16>", "<plaintext>"]
)  # fmt: skip
bodies = st.lists(st.one_of(st.recursive(words, around, max_leaves=10), deep, odds), max_size=8).map("".join)
CODES = (
    "utf-8",
    "utf-8",
    "utf-8",
    "cp1252",
    "utf-16",
    "utf-16-le",
    "utf-32",
    "shift_jis",
    "gb18030",
    "iso2022_jp",
    "utf-7",
    "cp037",
    "koi8-r",
)
SAID = (
    "utf-8",
    "windows-1252",
    "utf-16",
    "utf-7",
    "martien",
    "iso-2022-jp",
    "big5",
    "johab",
    "x-mac-roman",
    "idna",
    "rot13",
    "hex",
    "\u00e9",
    "cp65001",
)


@st.composite
def encoded(draw: st.DrawFn, text: str) -> bytes:
    data = text.encode(draw(st.sampled_from(CODES)), "replace")
    return draw(
        damaged(draw(st.sampled_from([b"", b"", b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\x00"])) + data)
    )


@st.composite
def html_pages(draw: st.DrawFn, beside: str = "nulle-part") -> bytes:
    head = draw(
        st.one_of(
            st.just("<!doctype html><html><head><title>Plan</title></head>"),
            st.sampled_from(SAID).map(lambda code: f"<html><head><meta charset='{code}'><title>Plan</title>"),
            st.just('<?xml version="1.0" encoding="utf-16"?><html xmlns="http://www.w3.org/1999/xhtml">'),
            st.builds(
                lambda said: f"<html><head><title>{said}</title><meta property='og:url' content='{said}'></head>", words
            ),
            st.just(""),
        )
    )
    body = draw(bodies)
    prose = draw(
        st.sampled_from(
            ["", "<p>La région soutient les petites entreprises qui se lancent, avec un conseiller.</p>" * 3]
        )
    )
    return draw(encoded((head + "<body>" + body + prose).replace("{beside}", beside)))


MARKS = ("# ", "###### ", "- ", "1. ", "99999999999999. ", "| a | b |\n|---|---|\n| ", "> ", "```\n", "~~~", "***", "[^1]: ", "<sup>1</sup>", "    ", "\t", "---\n", "+++\n", "===\n", "<table><tr><td>", "</td></table>", "\f", "o ", "[a](javascript:b)", "![x](y)", "\\", "sep=;\n", "a;b;c\n", '"', "A.-M. ")  # fmt: skip


@st.composite
def marked_texts(draw: st.DrawFn) -> bytes:
    """Lines that open with marks of Markdown or of tables, or with none."""
    lines = draw(st.lists(st.builds(lambda marks, said: "".join(marks) + said, st.lists(st.sampled_from(MARKS), max_size=3), st.one_of(words, bodies)), max_size=10))  # fmt: skip
    return draw(encoded(draw(st.sampled_from(["\n", "\n\n", "\r\n", "\r"])).join(lines)))

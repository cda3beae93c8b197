"""PDF files drawn byte by byte: lines of text at their places, a ligature, a turned or cropped page."""

from __future__ import annotations

from collections.abc import Sequence

Line = tuple[float, float, str]  # x, y in points from the bottom left, text; "\x01" draws the ligature fi


def make_pdf(pages: Sequence[Sequence[Line]], *, size: int = 11, rotate: int = 0, box: str = "0 0 595 842") -> bytes:
    """A PDF of these pages, text in the order given."""
    font = (
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding "
        "<< /Type /Encoding /BaseEncoding /WinAnsiEncoding /Differences [1 /fi] >> >>"
    )
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "", font]
    kids = []
    for lines in pages:
        drawn = "".join(f"BT /F {size} Tf {x} {y} Td ({_escaped(text)}) Tj ET\n" for x, y, text in lines)
        objects.append(f"<< /Length {len(drawn.encode('cp1252'))} >>\nstream\n{drawn}\nendstream")
        kids.append(len(objects) + 1)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /CropBox [{box}] /Rotate {rotate} "
            f"/Contents {len(objects)} 0 R /Resources << /Font << /F 3 0 R >> >> >>"
        )
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(f'{kid} 0 R' for kid in kids)}] /Count {len(kids)} >>"
    return _file(objects)


def column(texts: Sequence[str], *, x: float = 60, y: float = 760, step: float = 14) -> list[Line]:
    """Lines one under the other."""
    return [(x, y - step * n, text) for n, text in enumerate(texts)]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)").replace("\x01", "\\001")


def _file(objects: Sequence[str]) -> bytes:
    body, offsets = b"%PDF-1.4\n", []
    for number, held in enumerate(objects, start=1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{held}\nendobj\n".encode("cp1252")
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>\n"
    return body + f"{end}startxref\n{len(body)}\n%%EOF\n".encode()

"""The parts of a Word file: its main document, styles, notes and relations, as trees of one vocabulary."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
STRICT = {  # the strict form of the norm names its vocabularies otherwise
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    b"http://purl.oclc.org/ooxml/officeDocument/math": b"http://schemas.openxmlformats.org/officeDocument/2006/math",
}
Target = tuple[str, str]  # (the last word of a relation's type, the part it points to)


@dataclass(slots=True)
class Package:
    """The parts of a file by their lower-case names. Raises BadZipFile, KeyError or XMLSyntaxError for a damaged file."""

    data: bytes
    names: dict[str, str] = field(init=False)
    main: str = field(init=False)
    relations: dict[str, Target] = field(init=False)

    def __post_init__(self) -> None:
        with zipfile.ZipFile(io.BytesIO(self.data)) as archive:
            self.names = {name.replace("\\", "/").lstrip("/").lower(): name for name in archive.namelist()}
        roots = self._relations("")
        found = [part for kind, part in roots.values() if kind == "officedocument"]
        self.main = next((part for part in [*found, "word/document.xml"] if part in self.names), "word/document.xml")
        self.relations = self._relations(self.main)

    def bytes_of(self, part: str) -> bytes:
        with zipfile.ZipFile(io.BytesIO(self.data)) as archive:
            return archive.read(self.names[part.lower()])

    def tree(self, part: str) -> Any:
        """The root of a part. No entity is resolved, nothing is fetched."""
        held = self.bytes_of(part)
        for strict, usual in STRICT.items():
            held = held.replace(strict, usual)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
        return etree.fromstring(held, parser)

    def related(self, kind: str) -> str | None:
        """The part that the main document relates to as `kind`: "styles", "footnotes"."""
        named = next((part for other, part in self.relations.values() if other == kind), f"word/{kind}.xml")
        return named if named in self.names else None

    def title(self) -> str:
        if "docprops/core.xml" not in self.names:
            return ""
        try:
            found = self.tree("docprops/core.xml").find("{http://purl.org/dc/elements/1.1/}title")
        except etree.XMLSyntaxError:
            return ""
        return " ".join((found.text or "").split()) if found is not None else ""

    def _relations(self, part: str) -> dict[str, Target]:
        folder, name = posixpath.split(part)
        held = posixpath.join(folder, "_rels", f"{name}.rels")
        if held not in self.names:
            return {}
        found: dict[str, Target] = {}
        for element in self.tree(held):
            if not isinstance(element.tag, str) or element.get("TargetMode") == "External":
                continue
            target = element.get("Target", "")
            place = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
            kind = re.split(r"[/:]", element.get("Type", ""))[-1].lower()
            found[element.get("Id", "")] = (kind, posixpath.normpath(place).lower())
        return found


def value(holder: Any, name: str, attribute: str = "val") -> str | None:
    """The value of a property of this name; "" when it stands there without one."""
    found = holder.find(f"{W}{name}") if holder is not None else None
    return found.get(f"{W}{attribute}", "") if found is not None else None


def is_on(said: str | None) -> bool | None:
    """A property that is on or off; None where nothing is said."""
    return None if said is None else said.lower() not in ("0", "false", "off", "none")

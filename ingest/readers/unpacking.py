"""What a zip file may unpack to: one limit for Office files and archives."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable

from ingest.errors import UnreadableDocument

MAX_UNPACKED = 400 * 1024 * 1024  # text of a long report is under 50 MB unpacked
MAX_RATIO = 200  # XML packs about 20 to 1; a bomb packs 1000 to 1
SMALL = 10_000_000  # bytes; under this no ratio is dangerous, and a file of one repeated letter is honest


def is_bomb(members: Iterable[zipfile.ZipInfo], *, total: int = MAX_UNPACKED) -> bool:
    """Whether the members, by the sizes they declare, unpack to too much. zipfile never reads past a declared size."""
    sizes = [(item.file_size, item.compress_size) for item in members]
    return sum(size for size, _ in sizes) > total or any(
        size > SMALL and size > MAX_RATIO * max(packed, 1) for size, packed in sizes
    )


def refuse_bomb(data: bytes, name: str) -> None:
    """Raises UnreadableDocument for an Office file that unpacks to far more than it weighs; BadZipFile passes through."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if is_bomb(archive.infolist()):
            raise UnreadableDocument(
                "too_large", f"« {name} » contient bien plus qu'il ne pèse : le fichier est refusé."
            )

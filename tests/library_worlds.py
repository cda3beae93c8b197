"""A small library for the page: PDFs in a real index, the real assistant over a stand-in for the encoder."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

from pdf_worlds import column, make_pdf
from worlds import HashingEncoder

from assistant.assistant import Assistant
from index.store import Index
from ingest.catalogue import load_vocabulary
from ui.commands.ingest import update
from ui.incoming import FileReport, on_disk
from ui.library import Library, open_library
from ui.living import LivingAssistant
from ui.service import today
from ui.settings import Settings
from ui.words import load_words

FIRST = [
    "Plan regional pour l'intelligence artificielle",
    "",
    "Le plan regional compte vingt mesures pour les entreprises.",
]
COSTS = [
    "Le diagnostic regional coute 800 euros par entreprise.",
    "Il dure cinq jours dans les locaux de l'entreprise.",
]
PLAN = make_pdf([column(FIRST), column(COSTS)])
CHEQUE = make_pdf([column(["Le cheque numerique finance 1200 euros de materiel.", "Il est verse en deux fois."])])


class Shelf:
    """A home with an index, and the library over it."""

    def __init__(self, home: Path) -> None:
        self.settings = Settings(home=home, index=home / "index")
        self.encoder = HashingEncoder()
        (home / "files").mkdir(parents=True)
        self.ingest(("plan.pdf", PLAN))
        self.living = LivingAssistant(self.settings.index, self.encoder, None, self._make)
        self.library: Library = open_library(self.settings, self.living)

    def _make(self, index: Index) -> Assistant:
        return Assistant(index, self.encoder, [], load_vocabulary(), today=today)

    def ingest(self, *files: tuple[str, bytes], remove: Sequence[str] = (), originals: bool = True) -> list[FileReport]:
        """As `guichet ingest` of another process."""
        paths = [self.settings.home / "files" / name for name, _ in files]
        for path, (_, content) in zip(paths, files, strict=True):
            path.write_bytes(content)
        return update(
            self.settings,
            load_words("fr"),
            [on_disk(path) for path in paths],
            encoder=HashingEncoder,
            stage=lambda name: nullcontext(lambda done, total: None),
            remove=remove,
            catalogue=False,
            originals=originals,
        )

    def close(self) -> None:
        self.living.close()

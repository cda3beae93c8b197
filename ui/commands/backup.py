"""`guichet backup` and `guichet restore`: a home saved while it is used, and put back."""

from __future__ import annotations

from pathlib import Path

from ui import console
from ui.backups import put_back, save
from ui.settings import Settings
from ui.words import Words


def run_backup(settings: Settings, words: Words, target: Path) -> None:
    """Saves the home; says that a shared database is saved by its own means."""
    folder = settings.place if isinstance(settings.place, Path) else None
    made = save(settings.home, folder, target.expanduser().absolute(), words)
    console.out().print(
        words.say("backup.made", file=target, files=made.files, size=f"{made.size / 1e6:.0f}"), soft_wrap=True
    )
    if settings.shared is not None:
        console.err().print(words.say("backup.database", store=settings.shared), soft_wrap=True)


def run_restore(settings: Settings, words: Words, source: Path) -> None:
    """Puts a backup back in an empty home."""
    folder = settings.place if isinstance(settings.place, Path) else None
    back = put_back(source.expanduser().absolute(), settings.home, folder, words)
    console.out().print(words.say("backup.back", home=settings.home, files=back.files), soft_wrap=True)
    if settings.shared is not None:
        console.err().print(words.say("backup.database", store=settings.shared), soft_wrap=True)

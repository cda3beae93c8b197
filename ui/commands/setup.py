"""`guichet setup`: the models fetched and checked, then the index of the built-in catalogue."""

from __future__ import annotations

from index.build import update_index
from index.models import setup as install_models
from ui import console
from ui.commands.ingest import catalogue_changes, open_before
from ui.service import open_encoder
from ui.settings import Settings
from ui.words import Words


def run(settings: Settings, words: Words, source: str) -> None:
    """Leaves the models and an index ready; what is already right is left alone."""
    with console.downloads() as advance:
        install_models(settings.home, source=source, progress=advance)
    before = open_before(settings.place, rebuild=False)
    try:
        put, remove = catalogue_changes(before, wanted=True, always=True, folder=settings.catalogue)
    finally:
        if before:
            before.close()
    with console.bar(words.say("setup.index")) as progress:
        built = update_index(settings.place, open_encoder(settings), put=put, remove=remove, progress=progress)
    console.out().print(words.say("setup.ready", documents=built.documents, passages=built.passages), soft_wrap=True)

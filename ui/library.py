"""The documents behind the pages: where they are kept, who answers from them, how a newer version is taken up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from index.build import PassageEncoder
from index.store import Index
from ui.originals import open_originals
from ui.page_views import PageViews
from ui.settings import Settings


class Living(Protocol):
    """The server's assistant (ui.living.LivingAssistant), as far as documents go."""

    encoder: PassageEncoder

    @property
    def index(self) -> Index: ...
    def refresh(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Library:
    """One a server."""

    settings: Settings
    living: Living
    views: PageViews


def open_library(settings: Settings, living: Living) -> Library:
    """The library of a server's index."""
    return Library(settings, living, PageViews(open_originals(settings), lambda: living.index))

"""What a version of the index holds, as its readers need it to find rows and to see nothing of other versions.

A document is a row written once, of the versions from `born` on, and up to `died` if it was replaced or removed. Numbers
of documents grow with versions: a version sees those up to its last, without the dead ones that older versions still
read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from index.postgres.connection import Database, StoreUnavailable

PLACES = 20  # bits of a place in a document: passage = document * 2^20 + place
READERS = 48_112  # first number of the lock on a version, shared by its readers; the second is the version's
UNSEARCHED = 1 << 62  # rows of tables of contents come after all others

# Of passages `p` and postings `p`: seen by the version, while it is there.
_THERE = "EXISTS (SELECT FROM versions WHERE number = %(version)s)"
SEEN = f"p.document <= %(last)s::bigint AND p.document <> ALL(%(dead)s) AND {_THERE}"
SEEN_POSTING = (
    f"p.passage < (%(last)s::bigint + 1) << {PLACES} AND (p.passage >> {PLACES}) <> ALL(%(dead)s) AND {_THERE}"
)


def swept(database: Database) -> StoreUnavailable:
    """What a reader is told whose lock was lost with the server's, and whose version a writer then swept."""
    return StoreUnavailable(
        f"La version de l'index lue dans « {database} » n'y est plus, après une coupure : recommencez."
    )


@dataclass(frozen=True)
class Snapshot:
    """A version: its encoder by number, what it counts, and its documents by number in the order of their names."""

    version: int
    fingerprint: str
    encoder: int
    encoder_fingerprint: str
    dimension: int
    searched: int  # passages
    tokens: int  # of all these passages
    last: int
    dead: Sequence[int] = ()
    documents: Sequence[int] = ()
    _ranks: dict[int, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_ranks", {document: rank for rank, document in enumerate(self.documents)})

    @property
    def seen(self) -> dict[str, object]:
        """The parameters of SEEN."""
        return {"version": self.version, "last": self.last, "dead": list(self.dead)}

    def holds(self, document: int) -> bool:
        return document in self._ranks

    def row(self, document: int, place: int, *, searched: bool = True) -> int:
        """The row of a passage: in the order of the documents' names, then of their text."""
        return (0 if searched else UNSEARCHED) | self._ranks[document] << PLACES | place

    def key(self, row: int) -> tuple[int, int]:
        """The document and the place of a row. IndexError for a number that is none."""
        rank = (row & ~UNSEARCHED) >> PLACES
        if row < 0 or rank >= len(self.documents):
            raise IndexError(row)
        return self.documents[rank], row & ((1 << PLACES) - 1)

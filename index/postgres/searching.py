"""Passages searched in PostgreSQL by their vectors (pgvector) and by their words (BM25 over our own tokens).

Both give the rows and scores that FAISS and index.lexical give: the index of vectors only names candidates, ranked by
their exact cosine, and the formula of words is the same over the same counts.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from index.lexical import K1, REMEMBERED, B
from index.postgres.connection import BREADTH, Database
from index.postgres.snapshot import PLACES, SEEN, SEEN_POSTING, UNSEARCHED, Snapshot, swept
from index.vectors import Matrix

# Passages: fewer are all looked at, which at 100,000 takes the time that the graph takes to miss some (docs/decisions/0008).
EXACT_UNDER = 200_000
CANDIDATES = 16  # asked of the graph for each row wanted: 960 at the depth of a search
KEPT_VECTORS = 10_000  # read once and kept: those of the fiches are compared at each question; 15 MB


class StoredVectors:
    """The vectors of a version, as index.vectors.JoinedVectors."""

    def __init__(self, database: Database, snapshot: Snapshot) -> None:
        self._database, self._snapshot, self.dimension = database, snapshot, snapshot.dimension
        self._kept: dict[int, Matrix] = {}

    def __len__(self) -> int:
        return self._snapshot.searched

    def __contains__(self, row: object) -> bool:
        return isinstance(row, int) and 0 <= row < UNSEARCHED

    def rows(self) -> Matrix:
        """Every vector, (n, dim), in the order of rows."""
        query = f"SELECT p.document, p.place FROM passages p WHERE p.tokens IS NOT NULL AND {SEEN}"
        found = self._database.fetch(query, self._snapshot.seen)
        return self.some(sorted(self._snapshot.row(*key) for key in found))

    def some(self, rows: Sequence[int] | NDArray[np.int64]) -> Matrix:
        """The vectors of these rows, (len(rows), dim)."""
        wanted = [int(row) for row in rows]
        found = {row: self._kept[row] for row in wanted if row in self._kept}
        found |= self._read([row for row in dict.fromkeys(wanted) if row not in found])
        if len(self._kept) + len(found) > KEPT_VECTORS:
            self._kept.clear()
        if len(found) <= KEPT_VECTORS:
            self._kept.update(found)
        return np.stack([found[row] for row in wanted]) if wanted else np.empty((0, self.dimension), np.float32)

    def search(self, query: Matrix, k: int) -> list[tuple[int, float]]:
        """The `k` rows nearest to one query vector (dim,), best first, equal scores in row order."""
        wanted = min(k, len(self))
        if wanted <= 0:
            return []
        graph, asked = len(self) >= EXACT_UNDER, max(wanted * CANDIDATES, BREADTH)
        found = self._near(query, asked, graph=graph) if asked < len(self) else []
        while len(found) < wanted and asked < len(self):  # many of the nearest are of other versions
            asked *= 4
            found = self._near(query, asked, graph=graph) if asked < len(self) else []
        found = found or self._near(query, None, graph=False)
        if not found:
            raise swept(self._database)
        rows = [(self._snapshot.row(document, place), score) for document, place, score in found]
        return sorted(rows, key=lambda pair: (-pair[1], pair[0]))[:wanted]

    def _near(self, query: Matrix, candidates: int | None, *, graph: bool) -> list[tuple[int, int, float]]:
        """The passages of this version among the nearest vectors of all versions, found by the graph or by looking at
        each of them; None for every passage."""
        order = near_to("%(query)s", self.dimension) if graph else "score DESC"
        found = self._database.fetch(
            "WITH near AS MATERIALIZED (SELECT digest, -(vector <#> %(query)s::vector) AS score FROM vectors "
            f"WHERE encoder = {self._snapshot.encoder} ORDER BY {order} LIMIT %(candidates)s) "
            "SELECT p.document, p.place, near.score FROM near JOIN passages p "
            f"ON p.embedded = near.digest AND p.tokens IS NOT NULL WHERE {SEEN}",
            {"query": spelled(query), "candidates": candidates, **self._snapshot.seen},
        )
        return [(document, place, score) for document, place, score in found]

    def _read(self, rows: Sequence[int]) -> dict[int, Matrix]:
        if not rows:
            return {}
        keys = {self._snapshot.key(row): row for row in rows}
        found = self._database.fetch(
            "SELECT p.document, p.place, vector_send(v.vector) FROM unnest(%s::bigint[], %s::int[]) AS asked (d, n) "
            "JOIN passages p ON (p.document, p.place) = (d, n) "
            f"JOIN vectors v ON v.encoder = {self._snapshot.encoder} AND v.digest = p.embedded",
            ([document for document, _ in keys], [place for _, place in keys]),
            binary=True,
        )
        if len(found) < len(keys):
            raise swept(self._database)
        return {keys[document, place]: unspelled(sent) for document, place, sent in found}


class StoredWords:
    """The tokens of a version, as index.lexical.LexicalIndex."""

    def __init__(self, database: Database, snapshot: Snapshot) -> None:
        self._database, self._snapshot = database, snapshot
        self._mean = snapshot.tokens / snapshot.searched if snapshot.tokens else 1.0
        self._counted = lru_cache(maxsize=REMEMBERED)(self._read)

    def __len__(self) -> int:
        return self._snapshot.searched

    def frequency(self, token: str) -> int:
        """In how many rows `token` stands."""
        return self._counted(token)

    def idf(self, token: str) -> float:
        """ln(1 + (N - df + 0.5) / (df + 0.5)): high for a token no row holds."""
        df = self.frequency(token)
        return math.log(1 + (len(self) - df + 0.5) / (df + 0.5))

    def search(self, query: Sequence[str], k: int) -> list[tuple[int, float]]:
        """The `k` rows that hold a token of the query, best first, equal scores in row order."""
        weights = {token: times * self.idf(token) for token, times in Counter(query).items() if self.frequency(token)}
        if not weights or k <= 0:
            return []
        found = self._database.fetch(
            f"SELECT p.passage >> {PLACES}, (p.passage & {(1 << PLACES) - 1})::int, sum(asked.weight * p.count / "
            "(p.count + %(k1)s * (1 - %(b)s + %(b)s * p.tokens / %(mean)s))) AS score "
            "FROM unnest(%(tokens)s::text[], %(weights)s::float8[]) AS asked (token, weight) "
            f"JOIN postings p ON p.token = asked.token AND {SEEN_POSTING} "
            "GROUP BY p.passage ORDER BY score DESC FETCH FIRST %(k)s ROWS WITH TIES",
            {
                "tokens": list(weights),
                "weights": list(weights.values()),
                "k": k,
                "k1": K1,
                "b": B,
                "mean": self._mean,
                **self._snapshot.seen,
            },
        )
        if not found:
            raise swept(self._database)
        rows = [(self._snapshot.row(document, place), score) for document, place, score in found]
        return sorted(rows, key=lambda pair: (-pair[1], pair[0]))[:k]

    def _read(self, token: str) -> int:
        found = self._database.fetch(
            "SELECT (SELECT passages FROM frequencies WHERE token = %s AND version <= number "
            "ORDER BY version DESC LIMIT 1) FROM versions WHERE number = %s",
            (token, self._snapshot.version),
        )
        if not found:
            raise swept(self._database)
        return int(found[0][0] or 0)


def near_to(query: str, dimension: int) -> str:
    """The order of the HNSW index, by half-precision numbers: half its size, and the vectors themselves rank after it."""
    return f"(vector::halfvec({dimension})) <#> {query}::halfvec({dimension})"


def spelled(vector: Matrix) -> str:
    """A vector as pgvector reads it, every bit of it."""
    return "[" + ",".join(map(repr, np.asarray(vector, np.float32).reshape(-1).tolist())) + "]"


def unspelled(sent: bytes) -> Matrix:
    """A vector as pgvector sends it: two numbers of 2 bytes, then its values."""
    return np.frombuffer(sent, ">f4", offset=4).astype(np.float32)

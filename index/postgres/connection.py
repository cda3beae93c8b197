"""PostgreSQL through psycopg: the connections to one database, and its refusals said in a sentence.

    database = Database("postgresql://guichet:…@db.example.org/guichet")
    with database.transaction() as connection:  # committed at the end, rolled back by an exception
        connection.execute("INSERT INTO …", (…,))

Nothing is reached before the first use, which brings the tables up to date (index.postgres.migrations).
"""

from __future__ import annotations

import atexit
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ingest.errors import GuichetError

if TYPE_CHECKING:
    import psycopg
    import psycopg_pool

    Connection = psycopg.Connection[tuple[Any, ...]]

CONNECTIONS = 8  # of one process at most, besides one for each version of the index it has open
PATIENCE_S = 5  # for a server that does not answer, or for a connection that others use
BREADTH = 400  # nodes that a search of the graph of vectors keeps, each of them a candidate (docs/decisions/0008)
# No compilation of queries, which costs more than the queries; our tables first, then wherever the extension stands; the
# index of vectors searched until it has given as many as are asked for.
_SESSION = f"""
SELECT set_config('jit', 'off', false), set_config('TimeZone', 'UTC', false),
    set_config('hnsw.ef_search', '{BREADTH}', false), set_config('hnsw.iterative_scan', 'relaxed_order', false),
    set_config('search_path', 'guichet, ' || current_setting('search_path'), false)
"""


class StoreUnavailable(GuichetError):
    """The database cannot be reached, or refuses what is asked of it."""


class Database:
    """A PostgreSQL database by its address. Thread-safe; its password is neither printed nor said in an error."""

    def __init__(self, url: str, *, connections: int = CONNECTIONS) -> None:
        self._url, self._most = url, connections
        self._pool: psycopg_pool.ConnectionPool[Connection] | None = None
        self._opening = threading.Lock()

    def __str__(self) -> str:
        """Where it is, as the driver reads the address, and nothing of an address that it does not read."""
        try:
            parts = self._parts()
        except StoreUnavailable:
            return "postgresql://…"
        port = f":{parts['port']}" if "port" in parts else ""
        return f"postgresql://{parts.get('host', '')}{port}/{parts.get('dbname', '')}"

    def __repr__(self) -> str:
        return f"Database({str(self)!r})"

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A connection in a transaction: committed at the end, rolled back by an exception."""
        with self._refusals_said(), self._opened().connection() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection in a transaction that only reads, all of it from one moment."""
        with self.transaction() as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield connection

    def fetch(
        self, query: str, parameters: Sequence[Any] | Mapping[str, Any] = (), *, binary: bool = False
    ) -> list[tuple[Any, ...]]:
        """The rows of one query: a statement alone needs no transaction, which would go to the server twice more."""
        with self._refusals_said(), self._opened().connection() as connection:
            connection.autocommit = True
            try:
                return connection.execute(query, parameters, binary=binary).fetchall()
            finally:
                if not connection.closed:
                    connection.autocommit = False

    @contextmanager
    def session(self) -> Iterator[Connection]:
        """A connection out of the pool, each statement its own transaction, for locks that outlast one: closed after."""
        with self._refusals_said():
            self._opened()
            with self._connected() as connection:
                connection.autocommit = True
                yield connection

    def close(self) -> None:
        """Closes every connection of the pool; the next use opens others."""
        with self._opening:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.close()

    def _opened(self) -> psycopg_pool.ConnectionPool[Connection]:
        with self._opening:
            if self._pool is None:
                self._pool = self._made()
                atexit.register(self.close)
            return self._pool

    def _made(self) -> psycopg_pool.ConnectionPool[Connection]:
        """The pool, once a first connection has told why none can be had and the tables are those of this program."""
        from index.postgres.migrations import bring_up_to_date

        _, pools = _libraries()
        with self._connected() as first:
            bring_up_to_date(first, str(self))
        pool: psycopg_pool.ConnectionPool[Connection] = pools.ConnectionPool(
            self._url,
            kwargs=self._options(),
            min_size=0,
            max_size=self._most,
            timeout=PATIENCE_S,
            configure=_configure,
            check=pools.ConnectionPool.check_connection,
            open=False,
            name="guichet",
        )
        pool.open()
        return pool

    def _connected(self) -> Connection:
        connection: Connection = _libraries()[0].connect(self._url, **self._options())
        _configure(connection)
        return connection

    def _options(self) -> dict[str, Any]:
        """What the address does not say itself."""
        given = self._parts()
        ours = {"connect_timeout": PATIENCE_S, "application_name": "guichet", "client_encoding": "utf8"}
        return {name: value for name, value in ours.items() if name not in given}

    def _parts(self) -> dict[str, str]:
        """The parts of the address. One whose password has a mark not written in percents may lend a piece of it to
        the machine, the port or the base: it is refused, as errors would show it."""
        driver, _ = _libraries()
        try:
            parts = {name: str(value) for name, value in driver.conninfo.conninfo_to_dict(self._url).items()}
        except driver.ProgrammingError:
            parts = {"port": "?"}
        shown = parts.get("host", "") + parts.get("dbname", "")
        if "@" in shown or not all(port.isdecimal() for port in parts.get("port", "0").split(",")):
            raise StoreUnavailable(
                "L'adresse de GUICHET_STORE ne se lit pas : écrivez « postgresql://utilisateur:mot-de-passe@machine:5432/"
                "base », chaque signe d'un mot de passe qui n'est ni lettre ni chiffre en pourcents (%40 pour @)."
            ) from None  # the driver repeats the address
        return parts

    @contextmanager
    def _refusals_said(self) -> Iterator[None]:
        """A refusal of the server becomes a sentence; a mistake of ours keeps its traceback."""
        driver, _ = _libraries()
        try:
            yield
        except (
            driver.OperationalError,
            driver.errors.InsufficientPrivilege,
            driver.errors.ReadOnlySqlTransaction,
        ) as e:
            raise StoreUnavailable(_sentence(str(self), driver.errors, e)) from e


@lru_cache(maxsize=8)
def database_at(address: str) -> Database:
    """The one Database of a process for an address."""
    return Database(address)


def _sentence(base: str, errors: Any, error: Exception) -> str:
    said = (str(error).strip().splitlines() or ["?"])[0]
    if isinstance(error, errors.InsufficientPrivilege):
        return (
            f"La base « {base} » refuse : « {said} ». Donnez à l'utilisateur de GUICHET_STORE le droit de créer "
            "dans la base, ou celui d'écrire dans son schéma « guichet »."
        )
    if isinstance(error, errors.ReadOnlySqlTransaction):
        return f"La base « {base} » n'accepte que des lectures : écrivez sur son serveur principal."
    if isinstance(error, errors.LockNotAvailable):
        return f"Une table de « {base} » est lue par un autre programme : recommencez dans un instant."
    if isinstance(error, errors.DiskFull):
        return (
            f"La base « {base} » n'a plus de place : libérez-en sur son serveur, puis recommencez ; "
            "l'index précédent est intact."
        )
    for words, sentence in _NO_CONNECTION.items():
        if words in str(error):
            return f"La base « {base} » {sentence}"
    return (
        f"La base « {base} » ne répond pas (« {said} ») : vérifiez GUICHET_STORE, "
        "et que le serveur PostgreSQL tourne et se laisse joindre d'ici."
    )


# A connection that fails has no error code, only these words; of a server that speaks another language the last sentence
# above is said, with the server's own.
_NO_CONNECTION = {
    "password authentication failed": "refuse l'utilisateur ou le mot de passe de GUICHET_STORE : corrigez-les.",
    "no password supplied": "demande un mot de passe : écrivez-le dans GUICHET_STORE, ou dans un fichier ~/.pgpass.",
    "no pg_hba.conf entry": "n'accepte pas cette machine : ajoutez-la au fichier pg_hba.conf de son serveur.",
    "too many clients": "n'a plus de connexion libre : augmentez max_connections sur son serveur.",
    "failed to resolve host": "est sur une machine inconnue : corrigez GUICHET_STORE.",
    "does not exist": "ou son utilisateur n'existe pas : créez-les, ou corrigez GUICHET_STORE.",
}


def _configure(connection: Connection) -> None:
    connection.execute(_SESSION)
    connection.commit()


def _libraries() -> tuple[Any, Any]:
    """psycopg and its pool, which only this file imports."""
    try:
        import psycopg
        import psycopg_pool
    except ImportError as error:
        raise StoreUnavailable(
            "GUICHET_STORE demande le pilote de PostgreSQL, qui n'est pas installé : "
            "lancez « pip install 'guichet-ia[postgres]' »."
        ) from error
    return psycopg, psycopg_pool

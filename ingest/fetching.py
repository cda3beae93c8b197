"""Sources downloaded: https alone, public addresses alone, under limits, tried again after a passing fault."""

from __future__ import annotations

import hashlib
import os
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urljoin

import certifi
import httpx

from ingest.addresses import addresses, is_public
from ingest.formats import suffix_of
from ingest.manifest import Fetched, SourceEntry, SourcesError, write_state

Status = Literal["added", "changed", "unchanged", "failed", "no_address"]
Health = Literal["ok", "changed", "dead", "unreachable", "not_fetched", "damaged", "no_address"]

MAX_BYTES = 200 * 1024 * 1024  # what a reader accepts
MAX_SECONDS = 300.0  # one file, all its tries together: a server that drips is given up
TIMEOUT = httpx.Timeout(30.0, connect=15.0)
ATTEMPTS = 4  # waits of 1, 2 and 4 s between them, or what the server asks for, up to MAX_WAIT
MAX_WAIT = 30.0
MAX_REDIRECTS = 5
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
GONE = frozenset({404, 410})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
AGENT = "guichet-ia (https; lecture de documents publics)"

Resolve = Callable[[str, int], Sequence[str]]


class FetchError(SourcesError):
    """A source that cannot be downloaded. `dead` when its address leads nowhere, whatever the hour."""

    def __init__(self, message: str, *, dead: bool = False) -> None:
        super().__init__(message)
        self.dead = dead


class _PassingError(Exception):
    """A fault worth another try; `wait` is what the server asks for, in seconds."""

    def __init__(self, said: str, wait: float | None = None) -> None:
        super().__init__(said)
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one source, with a sentence when there is something to say."""

    doc: str
    status: Status | Health
    message: str | None = None
    file: Path | None = None


class Fetcher:
    """Downloads sources. `trusted` holds origins ("http://127.0.0.1:8000") spared the rules on addresses: tests' own."""

    def __init__(
        self,
        *,
        trusted: frozenset[str] = frozenset(),
        resolve: Resolve = addresses,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        max_bytes: int = MAX_BYTES,
        timeout: httpx.Timeout = TIMEOUT,
        use_proxies: bool = True,
    ) -> None:
        context = ssl.create_default_context()
        context.load_verify_locations(certifi.where())
        self._client = httpx.Client(verify=context, timeout=timeout, follow_redirects=False, trust_env=use_proxies)
        self._trusted, self._resolve, self._sleep, self._clock = trusted, resolve, sleep, clock
        self._max_bytes = max_bytes

    def close(self) -> None:
        self._client.close()

    def fetch(self, entry: SourceEntry, folder: Path, before: Fetched | None, *, now: str) -> Result:
        """Downloads the document of `entry` into `folder` unless it is there and unchanged; `now` is written as its date.

        The file is replaced by one atomic rename once whole; a failure leaves the one before.
        """
        if entry.url is None:
            return Result(entry.doc, "no_address")
        kept = None if before is None or before.url != entry.url or not _is_there(folder, before) else before
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f".{entry.doc}.{os.getpid()}.part"
        try:
            headers = self._retried(lambda until: self._download(entry, draft, kept, until))
            if headers is None:
                return Result(entry.doc, "unchanged", file=folder / kept.file if kept else None)
            return self._keep(entry, folder, draft, headers, before, now)
        except SourcesError as error:
            return Result(entry.doc, "failed", str(error))
        finally:
            draft.unlink(missing_ok=True)

    def check(self, entry: SourceEntry, folder: Path, before: Fetched | None) -> Result:
        """Whether the address of `entry` still answers, and still with what was fetched, from the headers alone."""
        if entry.url is None:
            return Result(entry.doc, "no_address")
        if before is not None and not _is_there(folder, before):
            return Result(
                entry.doc,
                "damaged",
                f"« {before.file} » manque ou a changé sur le disque : relancez « guichet sources fetch ».",
            )
        kept = before if before is not None and before.url == entry.url else None
        try:
            answer = self._retried(lambda until: self._headers(entry, kept, until))
        except FetchError as error:
            return Result(entry.doc, "dead" if error.dead else "unreachable", str(error))
        if kept is None:
            return Result(entry.doc, "not_fetched")
        return Result(entry.doc, "ok" if answer is None or _same(answer, kept) else "changed")

    def _retried(self, work: Callable[[float], httpx.Headers | None]) -> httpx.Headers | None:
        until = self._clock() + MAX_SECONDS
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return work(until)
            except (_PassingError, httpx.RequestError) as error:
                said = str(error) or type(error).__name__
                wait = getattr(error, "wait", None) or 2.0 ** (attempt - 1)
                if attempt == ATTEMPTS or self._clock() + wait > until:
                    raise FetchError(
                        f"Le serveur ne répond pas comme il faut ({said}) : réessayez plus tard."
                    ) from error
                self._sleep(min(wait, MAX_WAIT))
        raise AssertionError("unreachable")

    def _download(self, entry: SourceEntry, draft: Path, kept: Fetched | None, until: float) -> httpx.Headers | None:
        """Fills `draft` and returns the headers of the answer; None when the server says that nothing changed."""
        with self._answer("GET", str(entry.url), kept, until) as response:
            if response.status_code == httpx.codes.NOT_MODIFIED and kept is not None:
                return None
            _accept(response)
            announced = response.headers.get("content-length", "")
            if announced.isdecimal() and int(announced) > self._max_bytes:
                raise self._too_large(response)
            size = 0
            with draft.open("wb") as file:
                for chunk in response.iter_bytes():
                    size += len(chunk)
                    if size > self._max_bytes:
                        raise self._too_large(response)
                    if self._clock() > until:
                        raise FetchError(f"{response.url.host} envoie trop lentement : réessayez plus tard.")
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            return response.headers

    def _headers(self, entry: SourceEntry, kept: Fetched | None, until: float) -> httpx.Headers | None:
        """The headers of the address without its body; None when nothing changed. Some servers refuse HEAD: GET, then."""
        for method in ("HEAD", "GET"):
            with self._answer(method, str(entry.url), kept, until) as response:
                if response.status_code == httpx.codes.NOT_MODIFIED and kept is not None:
                    return None
                if method == "HEAD" and response.status_code >= 400 and response.status_code not in PASSING:
                    continue
                _accept(response)
                return response.headers
        raise AssertionError("unreachable")

    @contextmanager
    def _answer(self, method: str, url: str, kept: Fetched | None, until: float) -> Iterator[httpx.Response]:
        """The answer after redirects, each address checked before it is connected to."""
        headers = {"User-Agent": AGENT, "Accept-Encoding": "identity", "Accept": "*/*"}
        if kept is not None and kept.etag:
            headers["If-None-Match"] = kept.etag
        if kept is not None and kept.last_modified:
            headers["If-Modified-Since"] = kept.last_modified
        for _ in range(MAX_REDIRECTS + 1):
            request = self._request(method, url, headers)
            if self._clock() > until:
                raise FetchError(f"{request.headers['Host']} répond trop lentement : réessayez plus tard.")
            response = self._client.send(request, stream=True)
            try:
                target = response.headers.get("location")
                if response.status_code not in REDIRECTS or not target:
                    yield response
                    return
                url = _joined(url, target)
            finally:
                response.close()
        raise FetchError("L'adresse renvoie sans fin vers d'autres : vérifiez-la.", dead=True)

    def _request(self, method: str, url: str, headers: dict[str, str]) -> httpx.Request:
        """The request, aimed at the very address that was checked: a second look-up could answer otherwise."""
        try:
            target = httpx.URL(url)
        except httpx.InvalidURL as error:
            raise FetchError("L'adresse est mal écrite : corrigez-la dans le manifeste.", dead=True) from error
        origin = f"{target.scheme}://{target.netloc.decode('ascii')}"
        if origin in self._trusted:
            return self._client.build_request(
                method, target, headers={**headers, "Host": target.netloc.decode("ascii")}
            )
        if target.scheme != "https" or not target.host or target.userinfo:
            raise FetchError(
                f"L'adresse « {origin} » est refusée : seules les adresses https sans mot de passe sont suivies.",
                dead=True,
            )
        port = target.port or 443
        try:
            found = list(self._resolve(target.host, port))
        except (OSError, UnicodeError) as error:
            raise FetchError(f"Le site {target.host} est introuvable : vérifiez l'adresse ou la connexion.") from error
        if not found or not all(map(is_public, found)):
            raise FetchError(f"L'adresse de {target.host} est celle d'un réseau privé : elle est refusée.", dead=True)
        aimed = target.copy_with(host=found[0])
        extensions = {"sni_hostname": target.raw_host.decode("ascii")}
        host = target.netloc.decode("ascii")
        return self._client.build_request(method, aimed, headers={**headers, "Host": host}, extensions=extensions)

    def _keep(
        self, entry: SourceEntry, folder: Path, draft: Path, headers: httpx.Headers, before: Fetched | None, now: str
    ) -> Result:
        data = draft.read_bytes()
        suffix = suffix_of(data, headers.get("content-type", ""), httpx.URL(str(entry.url)).path)
        digest = hashlib.sha256(data).hexdigest()
        target = folder / f"{entry.doc}{suffix}"
        same = before is not None and before.sha256 == digest and _is_there(folder, before)
        draft.replace(target)
        if before is not None and before.file != target.name:
            (folder / before.file).unlink(missing_ok=True)  # the same document in another format
        state = Fetched(
            url=str(entry.url),
            file=target.name,
            sha256=digest,
            size=len(data),
            fetched_at=now,
            etag=headers.get("etag"),
            last_modified=headers.get("last-modified"),
        )
        write_state(folder, entry.doc, state)
        return Result(entry.doc, "unchanged" if same else "changed" if before else "added", file=target)

    def _too_large(self, response: httpx.Response) -> FetchError:
        return FetchError(f"Le document dépasse {self._max_bytes / 1e6:.0f} Mo : téléchargez-le vous-même.")


def _joined(url: str, target: str) -> str:
    try:
        return urljoin(url, target)
    except ValueError as error:
        raise FetchError("L'adresse renvoie vers une autre mal écrite : vérifiez-la.", dead=True) from error


def _accept(response: httpx.Response) -> None:
    """Raises for anything but a whole answer."""
    code = response.status_code
    if code in PASSING:
        asked = response.headers.get("retry-after", "")
        raise _PassingError(f"HTTP {code}", float(asked) if asked.isdecimal() else None)
    if code != httpx.codes.OK:
        raise FetchError(f"Le serveur ne donne pas le document (HTTP {code}) : vérifiez l'adresse.", dead=code in GONE)


def _is_there(folder: Path, state: Fetched) -> bool:
    """Whether the file of a state is on the disk, byte for byte."""
    path = folder / state.file
    if not path.is_file() or path.stat().st_size != state.size:
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == state.sha256


def _same(headers: httpx.Headers, state: Fetched) -> bool:
    """Whether headers describe what was fetched: the strongest sign that both have decides."""
    for name, kept in (("etag", state.etag), ("last-modified", state.last_modified)):
        if kept and headers.get(name):
            return bool(headers[name].removeprefix("W/") == kept.removeprefix("W/"))
    length = headers.get("content-length", "")
    return not length.isdecimal() or int(length) == state.size

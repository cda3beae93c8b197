"""One file over HTTPS: resumed where it stopped, tried again after a passing fault, checked to the byte."""

from __future__ import annotations

import errno
import hashlib
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx

from index.weights import Blob
from ingest.errors import GuichetError

Advance = Callable[[int], None]  # bytes had so far

ATTEMPTS = 6  # in a row without a byte of progress; waits of 1, 2, 4, 8 and 16 s between them
TIMEOUT = httpx.Timeout(30.0, connect=15.0)
_PASSING = {408, 425, 429, 500, 502, 503, 504}
_FULL = {errno.ENOSPC, errno.EDQUOT}


class DownloadError(GuichetError):
    """A file that could not be fetched, or is not the one expected."""


class _PassingError(Exception):
    """A fault worth another try."""


def sha256_of(path: Path, advance: Advance | None = None) -> str:
    """The SHA-256 of a file, hexadecimal; `advance` is told the bytes read."""
    digest, done = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(1 << 22):
            digest.update(chunk)
            done += len(chunk)
            if advance is not None:
                advance(done)
    return digest.hexdigest()


def is_right(path: Path, blob: Blob) -> bool:
    """Whether the file at `path` is `blob`, byte for byte."""
    return path.is_file() and path.stat().st_size == blob.size and sha256_of(path) == blob.sha256


def fetch(
    client: httpx.Client,
    url: str,
    target: Path,
    blob: Blob,
    *,
    advance: Advance | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Leaves `blob` at `target`. What was had before an interruption waits in `<target>.part`. Raises DownloadError."""
    if is_right(target, blob):
        return
    part = target.with_name(target.name + ".part")
    failures, spoiled = 0, 0
    while True:
        before = _size(part)
        try:
            _continue(client, url, part, blob, advance)
        except (_PassingError, httpx.TransportError) as error:
            failures = 1 if _size(part) > before else failures + 1
            if failures >= ATTEMPTS:
                raise DownloadError(
                    f"Le téléchargement de {blob.name} depuis {httpx.URL(url).host} a échoué ({_said(error)}) ; "
                    "vérifiez la connexion et relancez « guichet setup », qui reprendra où il s'est arrêté."
                ) from error
            sleep(2.0 ** (failures - 1))
            continue
        except OSError as error:
            raise disk_error(error, part) from error
        if is_right(part, blob):
            part.replace(target)
            return
        part.unlink(missing_ok=True)
        spoiled += 1
        if spoiled > 1:
            raise DownloadError(
                f"Le fichier {blob.name} reçu de {httpx.URL(url).host} n'est pas celui attendu (somme SHA-256) : "
                "réessayez plus tard, ou utilisez « guichet setup --from hub » ou « --from DOSSIER »."
            )


def disk_error(error: OSError, path: Path) -> GuichetError:
    """The same fault, said to a person."""
    if error.errno in _FULL:
        return DownloadError(
            f"Le disque de {path.parent} est plein : libérez de la place et relancez « guichet setup »."
        )
    return DownloadError(f"Le fichier {path} ne peut pas être écrit ({error.strerror or error}) : vérifiez les droits.")


def _continue(client: httpx.Client, url: str, part: Path, blob: Blob, advance: Advance | None) -> None:
    """Appends to `part` what it lacks; starts it again when the server gives the whole file or `part` is too long."""
    have = _size(part)
    if have > blob.size:
        part.unlink()
        have = 0
    if have == blob.size:
        return
    headers = {"Accept-Encoding": "identity", **({"Range": f"bytes={have}-"} if have else {})}
    with client.stream("GET", url, headers=headers) as response:
        if response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            part.unlink(missing_ok=True)
            raise _PassingError("reprise refusée")
        if response.status_code in _PASSING:
            raise _PassingError(f"HTTP {response.status_code}")
        if response.status_code not in (httpx.codes.OK, httpx.codes.PARTIAL_CONTENT):
            raise DownloadError(
                f"Le fichier {blob.name} n'est pas disponible sur {response.url.host} (HTTP {response.status_code}) : "
                "vérifiez l'adresse de l'index, ou utilisez « guichet setup --from hub » ou « --from DOSSIER »."
            )
        resumed = response.status_code == httpx.codes.PARTIAL_CONTENT and _starts_at(response.headers) == have
        if response.status_code == httpx.codes.PARTIAL_CONTENT and not resumed:
            part.unlink(missing_ok=True)
            raise _PassingError("reprise au mauvais endroit")
        done = have if resumed else 0
        with part.open("ab" if resumed else "wb") as file:
            for chunk in response.iter_bytes():
                done += len(chunk)
                if done > blob.size:
                    break  # not the file expected: the check that follows says so
                file.write(chunk)
                if advance is not None:
                    advance(done)
    if done < blob.size:
        raise _PassingError("connexion interrompue")


def _starts_at(headers: Mapping[str, str]) -> int:
    """The first byte of a partial answer, "Content-Range: bytes 100-199/200"; -1 when it is not said."""
    said = headers.get("content-range", "").removeprefix("bytes ").partition("-")[0]
    return int(said) if said.isdecimal() else -1


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _said(error: Exception) -> str:
    return str(error) or type(error).__name__

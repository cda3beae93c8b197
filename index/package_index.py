"""The Python package index: which one this machine uses, and where a wheel of it is (PEP 503 and PEP 691)."""

from __future__ import annotations

import os
import shlex
import ssl
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit, urlunsplit

import certifi
import httpx

from index.download import TIMEOUT, DownloadError

DEFAULT_INDEX = "https://pypi.org/simple"
_ACCEPT = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.9, text/html;q=0.8"


@dataclass(frozen=True, slots=True)
class IndexSettings:
    """The address of a simple index, without its final slash, and a file of certificates or None."""

    url: str
    certificates: str | None


def index_settings(environ: Mapping[str, str]) -> IndexSettings:
    """The index that installers use here: `environ` first, then pip's own configuration, then the public one."""
    configured = _pip_configuration(environ)
    url = next(
        (environ[name] for name in ("PIP_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX_URL") if environ.get(name)), None
    )
    certificates = next((environ[name] for name in ("PIP_CERT", "SSL_CERT_FILE") if environ.get(name)), None)
    return IndexSettings(
        url=(url or configured.get("global.index-url") or DEFAULT_INDEX).rstrip("/"),
        certificates=certificates or configured.get("global.cert"),
    )


def open_client(settings: IndexSettings) -> httpx.Client:
    """An HTTPS client that trusts the certificates configured, else those of the system and of certifi."""
    try:
        context = ssl.create_default_context(cafile=settings.certificates)
    except (OSError, ssl.SSLError) as error:
        raise DownloadError(
            f"Le fichier de certificats {settings.certificates} est illisible : corrigez PIP_CERT ou SSL_CERT_FILE."
        ) from error
    if settings.certificates is None:
        context.load_verify_locations(certifi.where())
    return httpx.Client(verify=context, timeout=TIMEOUT, follow_redirects=True)


def wheel_url(client: httpx.Client, index: str, project: str, filename: str) -> str:
    """The address of the file `filename` of `project`. Raises DownloadError when the index does not have it."""
    page = f"{index}/{project}/"
    shown = httpx.URL(page).host
    try:
        response = client.get(page, headers={"Accept": _ACCEPT})
        response.raise_for_status()
    except httpx.HTTPStatusError as error:
        raise DownloadError(
            f"L'index de paquets {shown} ne donne pas {project} (HTTP {error.response.status_code}) : "
            "utilisez « guichet setup --from hub » ou « --from DOSSIER »."
        ) from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise DownloadError(
            f"L'index de paquets {shown} est injoignable ({type(error).__name__}) : vérifiez la connexion et relancez."
        ) from error
    for link in _links(response):
        if urlsplit(link).path.rpartition("/")[2] == filename:
            return _with_credentials(urljoin(str(response.url), link), page)
    raise DownloadError(
        f"L'index de paquets {shown} n'a pas le fichier {filename} : "
        "utilisez « guichet setup --from hub » ou « --from DOSSIER »."
    )


def _links(response: httpx.Response) -> list[str]:
    if "json" in response.headers.get("content-type", ""):
        try:
            return [str(file["url"]) for file in response.json()["files"]]
        except (ValueError, KeyError, TypeError) as error:
            raise DownloadError(
                f"La page de l'index {response.url.host} est illisible : réessayez plus tard."
            ) from error
    parser = _Anchors()
    parser.feed(response.text)
    return parser.links


class _Anchors(HTMLParser):
    """The targets of a page's links."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.links.extend(value for name, value in attrs if name == "href" and value)


def _with_credentials(link: str, page: str) -> str:
    """`link` with the user and password of `page`, when both are on the same host; without its fragment."""
    target, source = urlsplit(link), urlsplit(page)
    host = target.netloc
    if "@" in source.netloc and "@" not in host and source.netloc.rpartition("@")[2] == host:
        host = source.netloc
    return urlunsplit((target.scheme, host, target.path, target.query, ""))


def _pip_configuration(environ: Mapping[str, str]) -> dict[str, str]:
    """What « pip config list » says, by key; nothing where there is no pip."""
    command = [sys.executable, "-m", "pip", "config", "list"]
    try:
        said = subprocess.run(command, capture_output=True, text=True, timeout=30, env=dict(environ), check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return {}
    values = {}
    for line in said.stdout.splitlines():
        key, equal, value = line.partition("=")
        if equal:
            values[key] = " ".join(shlex.split(value))
    return values


def this_machine() -> IndexSettings:
    """`index_settings` of the environment of this process."""
    return index_settings(os.environ)

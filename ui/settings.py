"""The settings, read from the environment: the only file of the project that looks at it."""

from __future__ import annotations

import ipaddress
import os
import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from index.postgres.connection import Database, database_at
from ingest.errors import GuichetError

if TYPE_CHECKING:
    from pydantic import SecretStr

Language = Literal["fr", "en"]
KeyPolicy = Literal["auto", "required", "optional"]
SENTENCES = "sentences.sqlite"
MAX_DAYS = 3650  # that questions may be kept: ten years, beyond which a number is a slip
CLUSTER = re.compile(r"auto|local(:[1-9][0-9]{0,2})?|(?!local:)([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\]):[1-9][0-9]{0,4}")


class SettingsError(GuichetError):
    """A variable of the environment that cannot be used."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are and which models answer. None where the built-in default holds."""

    home: Path  # GUICHET_HOME
    index: Path  # --index, or home/index
    embedder: str | None = None  # GUICHET_EMBEDDER: a sentence-transformers folder or name
    gguf: Path | None = None  # GUICHET_GGUF
    llm_url: str | None = None  # GUICHET_LLM_URL: OpenAI-compatible endpoints, parted by commas
    llm_model: str | None = None  # GUICHET_LLM_MODEL
    llm_key: SecretStr | None = field(default=None, repr=False)  # GUICHET_LLM_KEY
    lang: Language = "fr"  # GUICHET_LANG
    store: SecretStr | None = field(default=None, repr=False)  # GUICHET_STORE: a PostgreSQL that several machines share
    catalogue: Path | None = None  # GUICHET_CATALOGUE: a folder of schemes of one's own
    threads: int | None = None  # GUICHET_THREADS
    contact: str | None = None  # GUICHET_CONTACT: a person, shown on the page "À propos"
    originals: bool = True  # GUICHET_ORIGINALS: whether the PDFs ingested are kept, to show their pages
    api_keys: KeyPolicy = "auto"  # GUICHET_API_KEYS: whether programs need a key; auto: all but this machine itself
    origins: tuple[str, ...] = ()  # GUICHET_ORIGINS: the sites whose pages may call the API and frame the assistant
    proxies: tuple[str, ...] = ()  # GUICHET_PROXIES: who, besides this machine, may say for whom it asks
    own_index: bool = False  # --index: a folder goes before the shared store
    ray: str | None = None  # GUICHET_RAY: a cluster for ingest and batch: auto, host:port, local or local:N
    rate: int = 60  # GUICHET_RATE: questions a minute of one address without a key
    record_questions: bool = (
        False  # GUICHET_RECORD_QUESTIONS: whether the service keeps the questions it is asked, masked
    )
    record_days: int = 30  # GUICHET_RECORD_DAYS: for how long

    @property
    def place(self) -> Path | Database:
        """Where the index is; one database for every place of one address."""
        address = None if self.own_index else self.store_address
        return self.index if address is None else database_at(address)

    @property
    def shared(self) -> Database | None:
        """What the processes of several machines share besides the index; None where a file of `home` does."""
        return database_at(self.store_address) if self.store_address is not None else None

    @property
    def store_address(self) -> str | None:
        """The address of the shared store, its password in it."""
        return self.store.get_secret_value() if self.store is not None else None

    @property
    def kept_vectors(self) -> tuple[Path, Path]:
        """Where the vectors of sentences are kept: by what serves, and by `guichet setup` beside the models, which may be
        all that a machine reads."""
        return self.home / SENTENCES, self.home / "models" / SENTENCES

    @property
    def kept_days(self) -> int | None:
        """For how many days the questions that the service is asked are kept; None where they are not."""
        return self.record_days if self.record_questions else None

    @property
    def log(self) -> Path:
        return self.home / "guichet.log"

    @property
    def journal(self) -> Path:
        """What the service does, a line of JSON an event."""
        return self.home / "serve.log"


def spoken_language(chosen: str | None = None) -> Language:
    """`chosen` (--lang), else GUICHET_LANG, else French. Raises SettingsError for a language we do not speak."""
    wanted = chosen if chosen is not None else os.environ.get("GUICHET_LANG") or "fr"
    for language in ("fr", "en"):
        if wanted.strip().lower().replace("_", "-").split("-")[0] == language:
            return language
    raise SettingsError(f"La langue « {wanted} » n'est pas connue : choisissez fr ou en (--lang, GUICHET_LANG).")


def read_settings(index: Path | None = None, lang: Language | None = None) -> Settings:
    """The settings in force. Raises SettingsError naming the variable at fault."""
    from pydantic import ValidationError

    try:
        given = _variables()()
    except ValidationError as error:
        name = "_".join(str(part) for part in error.errors()[0]["loc"]).upper()
        name = name if name.startswith("GUICHET_") else f"GUICHET_{name}"
        if name == "GUICHET_RECORD_DAYS":
            raise SettingsError(
                f"Le réglage {name} est un nombre de jours, de 1 à {MAX_DAYS} : corrigez sa valeur ou retirez-le."
            ) from error
        raise SettingsError(f"Le réglage {name} n'est pas utilisable : corrigez sa valeur ou retirez-le.") from error
    home = (given.home or _default_home()).expanduser().absolute()
    return Settings(
        home=home,
        index=index.expanduser().absolute() if index is not None else home / "index",
        embedder=given.embedder,
        gguf=given.gguf.expanduser().absolute() if given.gguf else None,
        llm_url=given.llm_url,
        llm_model=given.llm_model,
        llm_key=given.llm_key,
        lang=lang or spoken_language(),
        store=given.store,
        catalogue=given.catalogue.expanduser().absolute() if given.catalogue else None,
        threads=given.threads,
        originals=given.originals,
        api_keys=given.api_keys,
        origins=sites(given.origins),
        proxies=sites(given.proxies),
        ray=given.ray,
        rate=given.rate,
        record_questions=given.record_questions,
        record_days=given.record_days,
        contact=given.contact,
        own_index=index is not None,
    )


def sites(value: str) -> tuple[str, ...]:
    """The addresses of a list parted by commas or spaces."""
    return tuple(value.replace(",", " ").split())


def _default_home() -> Path:
    from platformdirs import user_data_path

    return user_data_path("guichet-ia", appauthor=False)


@lru_cache(maxsize=1)
def _variables():  # type: ignore[no-untyped-def]  # the class is made here: importing pydantic-settings takes 0.2 s
    from pydantic import Field, HttpUrl, SecretStr, TypeAdapter, field_validator  # noqa: F401  # read by pydantic in the annotations below
    from pydantic_settings import BaseSettings, SettingsConfigDict

    class Variables(BaseSettings):
        model_config = SettingsConfigDict(env_prefix="GUICHET_", env_ignore_empty=True, extra="ignore")

        home: Path | None = None
        embedder: str | None = None
        gguf: Path | None = None
        llm_url: str | None = None
        llm_model: str | None = None
        llm_key: SecretStr | None = None
        store: SecretStr | None = None
        catalogue: Path | None = None
        threads: int | None = Field(default=None, ge=1)
        contact: str | None = None
        originals: bool = True
        api_keys: KeyPolicy = "auto"
        origins: str = ""
        proxies: str = ""
        ray: str | None = None
        rate: int = Field(default=60, ge=1, le=100_000)
        record_questions: bool = False
        record_days: int = Field(default=30, ge=1, le=MAX_DAYS)

        @field_validator("store")
        @classmethod
        def _store(cls, value: SecretStr | None) -> SecretStr | None:
            if value is not None and not value.get_secret_value().startswith(("postgresql://", "postgres://")):
                raise ValueError("not the address of a database")
            return value

        @field_validator("ray")
        @classmethod
        def _cluster(cls, value: str | None) -> str | None:
            if value is not None and not CLUSTER.fullmatch(value):
                raise ValueError("not the place of a cluster")
            return value

        @field_validator("llm_url")
        @classmethod
        def _addresses(cls, value: str | None) -> str | None:
            """One http address or several, parted by commas."""
            if value is None:
                return None
            parts = [part.strip() for part in value.split(",")]
            return ",".join(str(TypeAdapter(HttpUrl).validate_python(part)).rstrip("/") for part in parts)

        @field_validator("origins")
        @classmethod
        def _sites(cls, value: str) -> str:
            """https://one.fr, http://localhost:8080: a scheme and a host, nothing after, parted by commas or spaces."""
            if not all(re.fullmatch(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?", site) for site in sites(value)):
                raise ValueError("not origins")
            return value

        @field_validator("proxies")
        @classmethod
        def _proxies(cls, value: str) -> str:
            """10.0.0.7, 192.168.4.0/24: addresses or networks, parted by commas or spaces; never everybody."""
            if any(ipaddress.ip_network(proxy).prefixlen == 0 for proxy in sites(value)):
                raise ValueError("everybody may not say for whom they ask")
            return value

    return Variables

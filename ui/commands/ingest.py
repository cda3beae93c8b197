"""`guichet ingest`: files read, cut into passages and put into the index, one new version for all of them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from index.build import BuildReport, PassageEncoder, update_index
from index.store import Index, Place, open_index
from index.versions import IndexDamaged, IndexMissing, IndexOutdated
from ingest.catalogue import catalogue_documents
from ingest.collect import collect
from ingest.documents import Document, Passage
from ingest.errors import GuichetError, UnreadableDocument
from ingest.manifest import SourceEntry, describe, entry_of, facts_of, load_sources, merged, read_states, with_digests
from ingest.passages import cut
from ingest.readers import read_bounded
from ui import console, render
from ui.bulk.crew import crew_at
from ui.incoming import FileReport, Given, laid_out, on_disk
from ui.originals import keep_originals
from ui.service import open_encoder
from ui.settings import Settings
from ui.words import Words

RESERVED = ("fiche-", "dossier-")  # documents of the built-in catalogue
READERS = min(4, os.cpu_count() or 1)  # child processes reading at once; each may take a gigabyte

Reading = Callable[[Sequence[Path], bool], Iterator[Document | UnreadableDocument]]  # files, whether by recognition


class NothingRead(GuichetError):
    """Files were named and none could be read."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file that was read: its document and passages."""

    given: Given
    document: Document
    passages: tuple[Passage, ...]


def run(
    settings: Settings,
    words: Words,
    paths: Sequence[str],
    *,
    remove: Sequence[str],
    catalogue: bool,
    rebuild: bool,
    as_json: bool,
    manifest: Path | None = None,
    originals: bool = True,
    ocr: bool = False,
) -> None:
    """Prints a line a file. Raises NothingRead when files were named and none could be read."""
    files = collect(paths)
    if paths and not files:
        raise NothingRead(words.say("ingest.no_file", paths=", ".join(paths)))
    with crew_at(settings) as crew:
        rows = update(
            settings,
            words,
            [on_disk(path) for path in files],
            encoder=lambda: open_encoder(settings) if crew is None else crew.encoder(open_encoder(settings)),
            stage=lambda name: console.bar(words.say(f"ingest.{name}")),
            remove=remove,
            catalogue=catalogue,
            rebuild=rebuild,
            manifest=manifest,
            originals=originals,
            ocr=ocr,
            read=read_here if crew is None else crew.read,
        )
    show(rows, words, as_json=as_json)
    if files and all(row.status == "failed" for row in rows if row.status != "removed"):
        raise NothingRead(words.say("ingest.none_read"))


def update(
    settings: Settings,
    words: Words,
    files: Sequence[Given],
    *,
    encoder: Callable[[], PassageEncoder],
    stage: Callable[[str], AbstractContextManager[console.Advance]],
    remove: Sequence[str] = (),
    catalogue: bool = True,
    rebuild: bool = False,
    manifest: Path | None = None,
    originals: bool = True,
    ocr: bool = False,
    read: Reading | None = None,
) -> list[FileReport]:
    """Puts the files into the index of the settings and takes documents out: one new version, a report a file.

    `read` is who reads them, this machine by default. `stage` gives, for "reading" then "encoding", whom to tell how far it is. Raises GuichetError when the index cannot
    be read or written; a file that cannot be read is a report like another.
    """
    entries = known_sources(settings, manifest)
    before = open_before(settings.place, rebuild=rebuild)
    with ExitStack() as stack:
        if before:
            stack.callback(before.close)
        known = {doc: info.digest for doc, info in before.documents.items()} if before else {}
        sources = {doc: info.source or doc for doc, info in before.documents.items()} if before else {}
        given, reports = laid_out(files, stack)
        if ocr:
            from ingest.readers.ocr import languages

            languages()  # says now what is not installed
        again = pdfs(given) if ocr else set()
        same = {} if rebuild else {doc: digest for doc, digest in known.items() if doc not in again}
        settled, to_read = sort_out(given, same, before, entries, words)
        with stage("reading") as advance:
            incoming, failed = read_all(to_read, entries, advance, ocr=ocr, read=read or read_here)
        removed = removals(remove, known, [f.document.doc for f in incoming], words)
        own, dropped = catalogue_changes(before, wanted=catalogue, folder=settings.catalogue)
        put = [*own, *((f.document, f.passages) for f in incoming)]
        built = None
        if put or removed or dropped or (rebuild and before):
            metadata = {f.document.doc: {"source": f.given.source} for f in incoming}
            with stage("encoding") as advance:
                built = update_index(
                    settings.place,
                    encoder(),
                    put=put,
                    remove=[*removed, *dropped],
                    metadata=metadata,
                    rebuild=rebuild,
                    progress=advance,
                )
        rows = [row for row in (reports | settled | failed | done(incoming, built)).values() if row is not None]
        digests = {f.given.file: f.document.digest for f in incoming}
        digests |= {row.file: known[row.doc] for row in settled.values() if row.status == "unchanged"}
        kept = [(g.path, digests[g.file]) for g in given if g.file in digests] if originals else []
        keep_originals(settings, kept if settings.originals else [])
    return [*rows, *(FileReport(sources[doc], doc, None, None, "removed") for doc in removed)]


def known_sources(settings: Settings, manifest: Path | None) -> tuple[SourceEntry, ...]:
    """The sources of the built-in manifest and of `manifest`, with what was downloaded for them."""
    entries = merged(load_sources(), load_sources(manifest) if manifest is not None else ())
    return with_digests(entries, read_states(settings.home / "sources"))


def open_before(place: Place, *, rebuild: bool) -> Index | None:
    """The index there is; None when there is none yet, or one that cannot be read and is to be made again."""
    try:
        return open_index(place)
    except IndexMissing:
        return None
    except (IndexDamaged, IndexOutdated):
        if rebuild:
            return None
        raise


def sort_out(
    given: Sequence[Given],
    known: Mapping[str, str],
    before: Index | None,
    entries: Sequence[SourceEntry],
    words: Words,
) -> tuple[dict[str, FileReport], list[Given]]:
    """The files whose fate needs no reading (unchanged, or a name already taken), and those to read."""
    settled: dict[str, FileReport] = {}
    to_read: list[Given] = []
    taken: dict[str, str] = {}
    for item in given:
        doc = item.path.stem
        if doc in taken:
            message = words.say("ingest.same_name", other=taken[doc])
            settled[item.file] = FileReport(item.file, doc, None, None, "failed", None, message)
            continue
        if doc.startswith(RESERVED):
            message = words.say("ingest.reserved_name", prefix=" ou ".join(RESERVED))
            settled[item.file] = FileReport(item.file, doc, None, None, "failed", None, message)
            continue
        taken[doc] = item.file
        if before is not None and doc in known and known[doc] == _digest(item.path):
            info = before.documents[doc]
            entry = entry_of(doc, known[doc], entries)
            if entry is None or all(getattr(info, name) == value for name, value in facts_of(entry).items()):
                settled[item.file] = FileReport(item.file, doc, info.n_pages or None, info.n_passages, "unchanged")
                continue
        to_read.append(item)
    return settled, to_read


def read_all(
    given: Sequence[Given], entries: Sequence[SourceEntry], advance: console.Advance, *, ocr: bool, read: Reading
) -> tuple[list[Incoming], dict[str, FileReport]]:
    """Every file read in its own bounded process, a few at a time; one that cannot be read stops nothing."""
    incoming: list[Incoming] = []
    failed: dict[str, FileReport] = {}
    results = read([item.path for item in given], ocr)
    for n, (item, result) in enumerate(zip(given, results, strict=True)):
        advance(n, len(given))
        if isinstance(result, Document):
            document = describe(result, entries)
            incoming.append(Incoming(item, document, cut(document)))
        else:
            reason, message = result.reason, str(result)
            failed[item.file] = FileReport(item.file, item.path.stem, None, None, "failed", reason, message)
    return incoming, failed


def read_here(paths: Sequence[Path], ocr: bool) -> Iterator[Document | UnreadableDocument]:
    with ThreadPoolExecutor(READERS) as pool:
        yield from pool.map(partial(_read, ocr=ocr), paths)


def removals(remove: Sequence[str], known: Mapping[str, str], incoming: Sequence[str], words: Words) -> list[str]:
    """The documents to remove. Raises GuichetError for one that is not in the index."""
    for doc in remove:
        if doc not in known or doc in incoming:
            raise GuichetError(words.say("ingest.not_indexed", doc=doc))
    return list(dict.fromkeys(remove))


def catalogue_changes(
    before: Index | None, *, wanted: bool, always: bool = False, folder: Path | None = None
) -> tuple[list[tuple[Document, tuple[Passage, ...]]], list[str]]:
    """The documents of the catalogue to put, with those of a person's own `folder`, and those to remove.

    An index first made without the catalogue stays without it, unless `always`.
    """
    present = [doc for doc in before.documents if doc.startswith(RESERVED)] if before else []
    if not wanted:
        return [], present
    if before is not None and before.documents and not present and not always:
        return [], []
    documents = {document.doc: document for document in catalogue_documents(folder)}
    put = [
        (document, cut(document))
        for doc, document in documents.items()
        if before is None or doc not in before.documents or before.stored(doc).document != document
    ]
    return put, [doc for doc in present if doc not in documents]


def done(incoming: Sequence[Incoming], built: BuildReport | None) -> dict[str, FileReport]:
    """What the update made of each file that was read."""
    reports: dict[str, FileReport] = {}
    for read in incoming:
        doc, file = read.document.doc, read.given.file
        status = "unchanged"
        if built is not None:
            status = "added" if doc in built.added else "replaced" if doc in built.replaced else "unchanged"
        pages, said = len(read.document.pages) or None, read.document.notice or None
        reports[file] = FileReport(file, doc, pages, len(read.passages), status, None, said)
    return reports


def show(rows: Sequence[FileReport], words: Words, *, as_json: bool) -> None:
    if as_json:
        for row in rows:
            console.print_json(row.to_record())
    elif rows:
        console.out().print(render.report_table((row.to_record() for row in rows), words))


def pdfs(given: Sequence[Given]) -> set[str]:
    """The documents that may have pages of images: recognition reads them again, though their files are unchanged."""
    return {item.path.stem for item in given if item.path.suffix.lower() == ".pdf"}


def _read(path: Path, *, ocr: bool = False) -> Document | UnreadableDocument:
    try:
        return read_bounded(path, ocr=True) if ocr else read_bounded(path)
    except UnreadableDocument as error:
        return error


def _digest(path: Path) -> str | None:
    """SHA-256 of a file's bytes, hexadecimal, as in Document.digest; None when it cannot be opened."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None  # the reader will say why

"""The parts of the management page: adding, progress, outcome, documents, sources, index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from assistant.folding import fold
from index.store import DocumentInfo
from ui.fragments.labels import ORIGINAL, day_label, nature_label, number
from ui.fragments.markup import Markup, el, joined
from ui.management.listing import Listing, age
from ui.management.sources import SourceState
from ui.management.staging import MAX_FILE, SUFFIXES
from ui.management.works import REFUSED, Work
from ui.transfers import megabytes
from ui.translation import english
from ui.words import Words

Row = tuple[object, ...]  # the cells of a row, its header first


def add_html(words: Words) -> Markup:
    """The form that sends files; the script sends them one by one and tells how far it is."""
    return el(
        "section",
        el("h2", words.say("documents.add.title"), id="add-title"),
        el(
            "form",
            el(
                "div",
                el("label", words.say("documents.add.choose"), for_="files"),
                el(
                    "input", id="files", type="file", multiple=True, accept=",".join(SUFFIXES), aria_describedby="known"
                ),
                el("span", words.say("documents.add.drop"), class_="soft", aria_hidden="true"),
                class_="drop",
            ),
            el("p", words.say("documents.add.formats", most=megabytes(MAX_FILE, words)), class_="soft", id="known"),
            el("ul", id="chosen"),
            el(
                "p",
                id="refused",
                class_="notice",
                role="alert",
                hidden=True,
                data_nothing=words.say("documents.nothing"),
            ),
            el("button", words.say("documents.add.start"), type="submit", class_="act"),
            id="add",
        ),
        aria_labelledby="add-title",
    )


def progress_html(words: Words, work: Work | None) -> Markup:
    """The bar of what is under way; hidden when nothing is."""
    said = {f"data_{key}": text for key, text in words.group("documents.progress").items()}
    shown = progress_text(words, work) if work is not None else ""
    bar = el("progress", id="bar", aria_label=words.say("documents.progress.label"))
    return el(
        "section",
        el("h2", words.say("documents.progress.title"), id="progress-title", tabindex="-1"),
        bar,
        el("p", shown, id="far", role="status"),
        id="progress",
        aria_labelledby="progress-title",
        hidden=work is None,
        data_work=work.id if work is not None else None,
        **said,
    )


def progress_text(words: Words, work: Work) -> str:
    """How far a work is, in one sentence."""
    name = work.stage if work.total or work.stage not in ("visiting", "reading", "encoding") else "waiting"
    return words.say(f"documents.progress.{name}", done=work.done, total=work.total)


def outcome_html(words: Words, work: Work) -> Markup:
    """What became of each file or source of the last work."""
    day = day_label(words, work.started.astimezone().date())
    hour = f"{work.started.astimezone():%H:%M}"
    failed = sum(report.status == "failed" for report in work.reports)
    reports = [
        (
            report.file,
            number(words, report.pages) if report.pages else "–",
            number(words, report.passages) if report.passages is not None else "–",
            _became(words, f"documents.status.{report.status}", report.message, ours=report.reason == REFUSED),
        )
        for report in work.reports
    ]
    visits = [(row["doc"], _became(words, f"documents.visit.{row['status']}", row["message"])) for row in work.sources]
    count = words.count("documents.outcome.read", len(reports))
    count += words.count("documents.outcome.failed", failed) if failed else ""
    summary = count if work.kind == "add" else None
    return el(
        "section",
        el("h2", words.say(f"documents.outcome.{work.kind}"), id="outcome", tabindex="-1"),
        el("p", work.message, class_="notice", role="alert") if work.message else None,
        el("p", summary) if summary and not work.message else None,
        _table(words, ("documents.sources.source", "documents.outcome.status"), visits) if visits else None,
        _table(words, [f"documents.outcome.{n}" for n in ("file", "pages", "passages", "status")], reports)
        if reports
        else None,
        el("p", words.say("documents.outcome.by", name=work.by, day=day, hour=hour), class_="soft"),
        class_="outcome",
        aria_labelledby="outcome",
    )


def list_html(words: Words, listing: Listing, today: date) -> Markup:
    """The documents that people added, by title, each with what it is and a button to remove it."""
    added = sorted(listing.added, key=lambda info: (fold(info.title), info.doc))
    rows = [_row(words, listing, info, today) for info in added]
    names = [f"documents.list.{name}" for name in ("document", "nature", "date", "size", "freshness", "action")]
    built_in = words.count("documents.list.built_in", listing.built_in) if listing.built_in else None
    return el(
        "section",
        el("h2", words.count("documents.list.title", len(added)), id="list-title"),
        _table(words, names, rows) if rows else None,
        el("p", built_in, class_="soft") if built_in else None,
        aria_labelledby="list-title",
    )


def sources_html(words: Words, listing: Listing) -> Markup:
    """The manifest of sources, folded, and what can be asked of their addresses."""
    rows = [_source(words, state, listing.documents) for state in listing.sources.listed(listing.documents)]
    names = ("documents.sources.source", "documents.sources.publisher", "documents.list.date",
             "documents.sources.licence", "documents.sources.state", "documents.sources.index")  # fmt: skip
    addressed = any(entry.url for entry in listing.sources.entries)
    buttons = [
        el("button", words.say(f"documents.sources.{name}"), type="button", class_="quiet", data_visit=name)
        for name in ("check", "fetch")
    ]
    return el(
        "section",
        el("h2", words.say("documents.sources.title"), id="sources-title"),
        el("p", words.say("documents.sources.about"), class_="soft"),
        el("p", *buttons, class_="buttons")
        if addressed
        else el("p", words.say("documents.sources.no_addresses"), class_="soft"),
        _table(words, names, rows),
        aria_labelledby="sources-title",
    )


def index_html(words: Words, listing: Listing) -> Markup:
    """How big the index is, and which version answers."""
    facts: Mapping[str, str] = {
        "documents": number(words, len(listing.documents)),
        "passages": number(words, listing.passages),
        "originals": words.say("documents.index.weight", n=listing.originals, size=megabytes(listing.weight, words)),
        "changed": _moment(words, listing.changed) if listing.changed else "–",
        "encoder": listing.encoder,
        "version": listing.fingerprint,
    }
    rows = (joined((el("dt", words.say(f"documents.index.{name}")), el("dd", text))) for name, text in facts.items())
    return el(
        "section",
        el("h2", words.say("documents.index.title"), id="index-title"),
        el("dl", *rows),
        aria_labelledby="index-title",
    )


def _row(words: Words, listing: Listing, info: DocumentInfo, today: date) -> Row:
    kept = info.doc in listing.kept
    file = el(
        "a",
        words.say("documents.list.open"),
        href=listing.address(info.doc),
        target="_blank",
        rel="noopener",
        aria_label=words.say("documents.list.open_of", title=info.title),
    )
    pdf = file if kept else words.say("documents.list.no_file") if info.doc in listing.pdfs else None
    fresh, fetched = listing.sources.freshness(info)
    day = day_label(words, datetime.fromisoformat(fetched.fetched_at).date()) if fetched else ""
    pages = words.count("documents.list.pages", info.n_pages) if info.n_pages else None
    passages = words.count("documents.list.passages", info.n_passages)
    remove = el(
        "button",
        words.say("documents.list.remove"),
        type="button",
        class_="quiet",
        data_remove=info.doc,
        data_text=words.say("documents.confirm.text", title=info.title),
        aria_label=words.say("documents.list.remove_of", title=info.title),
    )
    name = joined(
        (
            el("span", info.title, lang="fr"),
            el("span", info.doc, class_="soft name"),
            el("span", pdf, class_="soft pdf") if pdf else None,
        )
    )
    return (
        name,
        nature_label(words, info.nature),
        _dated(words, info.date, today),
        joined((part for part in (pages, passages) if part), ", "),
        el("span", words.say(f"documents.fresh.{fresh}", day=day), class_=f"fresh {fresh}"),
        remove,
    )


def _dated(words: Words, day: date | None, today: date) -> object:
    if day is None:
        return words.say("documents.list.undated")
    unit, n = age(day, today)
    said = (
        words.count(f"documents.age.{unit}", n) if unit in ("months", "years") else words.say(f"documents.age.{unit}")
    )
    return joined((day_label(words, day), el("span", said, class_="soft age")))


def _source(words: Words, state: SourceState, documents: Mapping[str, DocumentInfo]) -> Row:
    """A source: dated by the manifest, else by what its document says of itself."""
    entry = state.entry
    read = documents[state.doc].date if state.doc is not None else None
    if entry.date is not None or read is None:
        day = day_label(words, entry.date) if entry.date else words.say("documents.sources.undated")
    else:
        day = words.say("documents.sources.dated_by_itself", day=day_label(words, read))
    address = entry.url or entry.page
    title = entry.title or entry.doc
    link = el("a", title, href=address, rel="noopener noreferrer", target="_blank", lang="fr") if address else None
    if state.fetched is not None:
        day = day_label(words, datetime.fromisoformat(state.fetched.fetched_at).date())
        download = words.say("documents.sources.fetched", day=day)
    else:
        name = "not_fetched" if entry.url else "by_hand" if entry.page else "no_address"
        download = words.say(f"documents.sources.{name}")
    return (
        link or el("span", title, lang="fr"),
        el("span", entry.publisher, lang="fr") if entry.publisher else words.say("documents.sources.unpublished"),
        day,
        entry.licence or words.say("documents.sources.unlicensed"),
        download,
        words.say("documents.sources.yes" if state.doc else "documents.sources.no"),
    )


def _became(words: Words, status: str, message: str | None, *, ours: bool = False) -> Markup:
    """A status in words, and why it is so: a sentence of the page itself (`ours`), or French, in English where it is known."""
    told = english(message) if message and words.language == "en" and not ours else None
    language = None if ours or told else ORIGINAL
    why = el("span", told or message, class_="soft why", lang=language) if message else None
    return joined((el("strong", words.say(status), class_=f"state {status.rpartition('.')[2]}"), why))


def _table(words: Words, names: Sequence[str], rows: Sequence[Row]) -> Markup:
    """A table whose rows read as cards on a phone: roles and labels are written, since a style would take them away."""
    said = [words.say(name) for name in names]
    head = el("tr", *(el("th", text, scope="col", role="columnheader") for text in said), role="row")
    body = [
        el(
            "tr",
            el("th", first, scope="row", role="rowheader"),
            *(el("td", cell, role="cell", data_label=text) for text, cell in zip(said[1:], cells, strict=True)),
            role="row",
        )
        for first, *cells in rows
    ]
    table = el("table", el("thead", head, role="rowgroup"), el("tbody", *body, role="rowgroup"), role="table")
    return el("div", table, class_="wide", tabindex="0", role="region", aria_label=said[0])


def _moment(words: Words, moment: datetime) -> str:
    day = day_label(words, moment.astimezone().date())
    return words.say("documents.index.at", day=day, hour=f"{moment.astimezone():%H:%M}")

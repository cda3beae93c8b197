"""The adviser's page: how far a batch has come, the answers of a batch, the aids of each company."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answers import Answer
from assistant.portfolio import Fits
from assistant.profiles import described
from ingest.catalogue import Vocabulary
from ui.companies import Choice, chosen
from ui.fragments.labels import ORIGINAL, label, said, unbroken
from ui.fragments.markup import Markup, el, joined
from ui.fragments.transfers import fetching_link
from ui.words import Words

MAX_CELL = 420  # characters of an answer in the table; whole in the file
SHOWN = 25  # companies in the table; all in the file
LISTED = 40  # sentences about lines left aside


def progress(text: str, name: str, done: int, total: int) -> Markup:
    """A bar with what is being done; silent for a screen reader, which is told the end."""
    bar = el("progress", value=done, max=total, aria_label=name)
    return el("div", bar, el("p", text, class_="note"), class_="going")


def files_line(words: Words, files: Sequence[tuple[str, str]], about: str) -> Markup:
    """Links to the files made: (address, text); they say of what to whom does not see where they stand."""
    links = joined(
        (fetching_link(address, text, about=words.say("labels.of", name=about)) for address, text in files), " "
    )
    return el(
        "p",
        words.say("advisor.files"),
        links,
        el("span", words.say("catalogue.kept"), class_="note"),
        class_="made-files",
    )


def answers_table(words: Words, answers: Sequence[Answer]) -> Markup:
    """A row an answer: the question, how it ended, its beginning, how many sources."""
    names = ("n", "question", "status", "answer", "sources")
    titles = [words.say(f"advisor.questions.column.{name}") for name in names]
    head = el("tr", *(el("th", title, scope="col") for title in titles))
    rows = [
        el(
            "tr",
            el("td", str(n), data_label=titles[0]),
            el("th", unbroken(answer.question), scope="row"),
            el(
                "td",
                el("span", words.say(f"answers.status.{answer.status}"), class_=f"status {answer.status}"),
                data_label=titles[2],
            ),
            el("td", _short(answer.answer), data_label=titles[3]),
            el("td", str(len(answer.citations)), data_label=titles[4]),
        )
        for n, answer in enumerate(answers, start=1)
    ]
    caption = el("caption", words.say("advisor.questions.caption"), class_="sr-only")
    return _wide(words.say("advisor.questions.caption"), caption, head, rows)


def companies_table(words: Words, fits: Sequence[Fits], choice: Choice, vocabulary: Vocabulary) -> Markup:
    """A row a company: what was understood of it, its aids with their verdicts."""
    titles = [words.say(f"advisor.companies.column.{name}") for name in ("name", "understood", "schemes")]
    head = el("tr", *(el("th", title, scope="col") for title in titles))
    rows = []
    for fit in fits[:SHOWN]:
        known = said(words, vocabulary, described(fit.profile, vocabulary))
        profile = " · ".join(f"{label(words, 'criterion', name)} : {value}" for name, value in known.items())
        aids = [
            el(
                "li",
                match.name,
                " ",
                el("span", label(words, "fits", match.verdict), class_=f"verdict {match.verdict}"),
            )
            for _, match in chosen(fit, choice)
        ]
        found = el("ul", *aids) if aids else el("span", words.say("advisor.companies.nothing"), class_="silent")
        rows.append(
            el(
                "tr",
                el("th", fit.company.name, scope="row"),
                el("td", profile or "–", data_label=titles[1]),
                el("td", found, data_label=titles[2]),
            )
        )
    caption = el("caption", words.say("advisor.companies.caption"), class_="sr-only")
    first = words.say("advisor.companies.first", n=SHOWN)
    note = el("p", first, class_="note") if len(fits) > SHOWN else None
    return joined((note, _wide(words.say("advisor.companies.caption"), caption, head, rows)))


def folded(words: Words, title: str, sentences: Sequence[str]) -> Markup | None:
    """Sentences behind their count, in the language of the page; None when there is none."""
    if not sentences:
        return None
    lines = [el("li", sentence) for sentence in sentences[:LISTED]]
    if len(sentences) > LISTED:
        lines.append(el("li", words.say("advisor.companies.more", n=len(sentences) - LISTED)))
    return el("details", el("summary", title), el("ul", *lines), class_="consulted")


def _wide(name: str, caption: Markup, head: Markup, rows: Sequence[Markup]) -> Markup:
    """A table that scrolls by itself, by keyboard too, where the page is narrow."""
    table = el("table", caption, el("thead", head), el("tbody", *rows), class_="results")
    return el("div", table, class_="wide", role="region", aria_label=name, tabindex="0")


def _short(text: str) -> Markup:
    text = " ".join(text.split())
    cut = text if len(text) <= MAX_CELL else f"{text[:MAX_CELL].rsplit(' ', 1)[0]}…"
    return el("span", cut, lang=ORIGINAL)

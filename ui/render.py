"""Answers, schemes and reports as lines of text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from assistant.answers import Answer, Citation, CriterionMatch, GivenProfile, Match
from ui.console import plain
from ui.fragments.labels import outcome
from ui.words import Words

_STYLES = {"eligible": "green", "to_confirm": "yellow", "not_eligible": "red", "closed": "dim", "failed": "red"}


def answer_lines(answer: Answer, words: Words) -> list[str]:
    """The answer, then its sources, the schemes that go with it and what to ask next."""
    lines = [plain(answer.answer)]
    if answer.citations:
        lines += ["", words.say("ask.sources")]
        lines += [line for citation in answer.citations for line in source_lines(citation, words)]
    if answer.schemes:
        lines += ["", words.say("ask.schemes")]
        lines += [f"- {scheme_line(match, words)}" for match in answer.schemes]
    if answer.follow_ups:
        lines += ["", words.say("ask.follow_ups")]
        lines += [f"- {plain(question)}" for question in answer.follow_ups]
    return lines


def source_lines(citation: Citation, words: Words) -> list[str]:
    """Where a quote stands, and the quote: "[1] Title, p. 19, section (plan, 2024-06-28)" and "« quote »" below."""
    where = [citation.title]
    if citation.page is not None:
        where.append(words.say("ask.page", page=citation.page))
    sections = [section for section in citation.heading if section != citation.title]
    if sections:
        where.append(" › ".join(sections))
    nature = words.get(f"nature.{citation.nature}") if citation.nature else None
    if nature and citation.doc.startswith("dossier-"):
        nature = words.say("digest", nature=nature)
    about = ", ".join(part for part in (nature, citation.date) if part)
    line = f"[{citation.n}] {', '.join(where)}" + (f" ({about})" if about else "")
    lines = [plain(line), words.say("ask.quote", quote=plain(citation.quote))]
    return lines + ([f"    {plain(citation.url)}"] if citation.url else [])


def scheme_line(match: Match, words: Words) -> str:
    """ "Name : verdict (state, as of date)", and what is missing."""
    line = words.say("match.line", name=match.name, verdict=verdict(match, words), state=state(match, words))
    if match.missing:
        line += words.say("match.missing", missing=", ".join(match.missing))
    return plain(line)


def verdict(match: Match, words: Words) -> str:
    return words.say(f"verdict.{match.verdict}")


def state(match: Match, words: Words) -> str:
    label = words.get(f"state.{match.state}") or match.state
    return label + (words.say("match.as_of", date=match.as_of) if match.as_of else "")


def match_table(matches: Sequence[Match], words: Words) -> Table:
    """One row a scheme: its name and state, the verdict, the reasons."""
    table = Table(show_lines=True)
    table.add_column(words.say("match.scheme"), ratio=3)
    table.add_column(words.say("match.verdict"), min_width=11)
    table.add_column(words.say("match.reasons"), ratio=6)
    for match in matches:
        reasons = list(match.reasons) or [criterion_line(criterion, words) for criterion in match.criteria]
        if match.missing:
            reasons.append(words.say("match.to_know", missing=", ".join(match.missing)))
        table.add_row(
            Text.assemble(plain(match.name), "\n", (plain(state(match, words)), "dim")),
            Text(verdict(match, words), style=_STYLES.get(match.verdict, "")),
            Text(plain("\n".join(f"• {reason}" for reason in reasons))),
        )
    return table


def criterion_line(criterion: CriterionMatch, words: Words) -> str:
    return f"{words.say(f'criterion.{criterion.name}')} : {words.say(f'criterion_verdict.{outcome(criterion)}')}"


def profile_line(profile: GivenProfile, words: Words) -> str:
    """The company as understood: what is known of it, and what was not said."""
    said = [
        f"{words.say(f'criterion.{name}')} : {getattr(profile, name) or words.say('match.not_said')}"
        for name in ("region", "size", "sector", "need")
    ]
    return words.say("match.profile", profile=plain(" · ".join(said)))


def sources_table(rows: Iterable[dict[str, Any]], words: Words) -> Table:
    """One row a source of `guichet sources`: its name, what the manifest says of it where it is listed, its state."""
    rows = list(rows)
    listed = any("title" in row for row in rows)
    table = Table()
    for name in ("doc", "title", "nature", "date", "status") if listed else ("doc", "status"):
        table.add_column(words.say(f"sources.{name}"), overflow="fold")
    for row in rows:
        text = words.say(f"sources.{row['status']}")
        if row["message"]:
            text += f" — {row['message']}"
        nature = words.say(f"nature.{row['nature']}") if row.get("nature") else "–"
        facts = [row["title"] or "–", nature, row["date"] or "–"] if listed else []
        table.add_row(*(Text(plain(cell)) for cell in (row["doc"], *facts, text)))
    return table


def report_table(rows: Iterable[dict[str, Any]], words: Words) -> Table:
    """One row a file of `guichet ingest`: file, pages, passages, status, and why it could not be read."""
    table = Table()
    table.add_column(words.say("ingest.file"), overflow="fold")
    table.add_column(words.say("ingest.pages"), justify="right")
    table.add_column(words.say("ingest.passages"), justify="right")
    table.add_column(words.say("ingest.status"), overflow="fold")
    for row in rows:
        text = words.say(f"ingest.{row['status']}")
        if row["message"]:
            text += f" — {row['message']}"
        table.add_row(
            Text(plain(row["file"])),
            "–" if row["pages"] is None else str(row["pages"]),
            "–" if row["passages"] is None else str(row["passages"]),
            Text(plain(text), style=_STYLES.get(row["status"], "")),
        )
    return table

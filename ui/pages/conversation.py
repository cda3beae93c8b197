"""A conversation as one session holds it: what each question changes on the page, step by step. Nothing of it is kept."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.answers import Answer, Final, GivenProfile, Question, Quotes, Step, Turn
from assistant.contradictions import outweighed
from assistant.forgetting import FORGOTTEN
from ingest.errors import GuichetError
from ui.following import InLine, followed
from ui.fragments.answers import answer_html, question_html, said_aloud, steps_html
from ui.fragments.choices import Choices
from ui.fragments.following import following_html
from ui.fragments.labels import CRITERIA, number
from ui.fragments.markup import Markup, el, joined
from ui.pacing import Busy
from ui.pages.context import Context
from ui.translation import in_language

log = logging.getLogger("guichet.page")

MAX_QUESTION = 2000  # characters; a page of text, beyond which it is a document and not a question
MAX_TYPED = 20_000  # characters of the box: what is pasted there is not cut in silence, it is said to be too long
MAX_SAID = 100  # characters of one field about the company
MAX_TURNS = 20  # exchanges a conversation keeps


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question and the answer that was kept."""

    question: Question
    answer: Answer


@dataclass(frozen=True, slots=True)
class Session:
    """One visitor's conversation: the exchanges, the parts of the profile taken back, whether the last question is edited."""

    exchanges: tuple[Exchange, ...] = ()
    forgotten: frozenset[str] = frozenset()
    editing: bool = False


Changes = Mapping[
    str, object
]  # what to show, by place: thread, current, steps, said, box, state, the parts of the profile


async def conversation(
    context: Context,
    text: str,
    session: Session,
    profile: GivenProfile,
    *,
    client: str = "",
    since: tuple[int, ...] | None = None,
) -> AsyncIterator[Changes]:
    """What changes as an answer comes: the steps, the place in line, the quotes, then the answer kept.

    `client` takes turns with the others. `since` is the Question's `said_since`, for one asked again; a new one reads it
    in the session.
    """
    words, asked = context.words, text.strip()
    if not asked:
        yield {"steps": str(el("p", words.say("assistant.empty"), class_="notice"))}
        return
    if len(asked) > MAX_QUESTION:
        figures = {"n": number(words, len(asked)), "most": number(words, MAX_QUESTION)}
        yield {"steps": _alert(words.say("assistant.too_long", **figures))}
        return
    past = without_last(session) if session.editing else session
    turn = len(past.exchanges)
    since = said_since(past, profile) if since is None else since
    question = Question(asked, profile=profile, history=history(past), said_since=since)
    head, begun = question_html(words, turn, asked), ["understand"]
    yield {
        "thread": str(thread_html(context, past)),
        "current": str(head),
        "steps": str(steps_html(words, begun)),
        "said": "",
        "box": "",
    }
    quotes: Answer | None = None
    try:
        async for event in followed(context.paced, question, context.pool, context.register, client):
            if isinstance(event, InLine):
                where = "assistant.in_line_draft" if event.drafting else "assistant.in_line"
                yield {"steps": str(steps_html(words, begun, words.say(where, place=event.place)))}
            elif isinstance(event, Step):
                begun += [event.name] if event.name not in begun else []
                yield {"steps": str(steps_html(words, begun))}
            elif isinstance(event, Quotes):
                quotes = event.answer  # kept at once: a draft that is stopped leaves them
                yield {
                    "current": str(head + _answer(context, turn, quotes, kept=False)),
                    "said": str(said_aloud(words, quotes, kept=False)),
                    "state": _with(past, question, quotes),
                }
            elif isinstance(event, Final):
                after = _with(past, question, event.answer)
                said = str(said_aloud(words, event.answer, kept=True, before=quotes))
                shown = {"current": str(_current(context, after)), "steps": "", "said": said, "state": after}
                yield {**shown, **_corrected(context, question)}
    except Busy:
        yield {"steps": _alert(words.say("assistant.full")), "box": asked, **_shown(context, session)}
    except GuichetError as error:
        yield {"steps": _alert(in_language(error, words.language)), "box": asked, **_shown(context, session)}
    except Exception:  # the traceback goes to the log, the visitor keeps the question
        log.exception("a question of the page")
        yield {"steps": _alert(words.say("assistant.failed")), "box": asked, "said": "", **_shown(context, session)}


def given(choices: Choices, said: Sequence[str | None], session: Session) -> GivenProfile:
    """What the fields say of the company, and what was taken back."""
    return GivenProfile(
        *(
            choices.meaning(name, part or "")[:MAX_SAID] or (FORGOTTEN if name in session.forgotten else None)
            for name, part in zip(CRITERIA, said, strict=True)
        )
    )


def said_since(past: Session, profile: GivenProfile) -> tuple[int, ...]:
    """For a new question, the `said_since` of a Question: a part that stays as it was is as old as it was."""
    last = past.exchanges[-1].question if past.exchanges else Question("")
    ages = zip(CRITERIA, last.said_since if past.exchanges else (0,) * len(CRITERIA), strict=True)
    return tuple(1 + (age if _part(last.profile, name) == _part(profile, name) else 0) for name, age in ages)


def since_again(last: Question, profile: GivenProfile, told: str | None = None) -> tuple[int, ...]:
    """The same for the last question asked again: a part changed since, and the one just `told`, correct its words."""
    ages = zip(CRITERIA, last.said_since, strict=True)
    return tuple(age if name != told and _part(last.profile, name) == _part(profile, name) else 0 for name, age in ages)


def _part(profile: GivenProfile, name: str) -> str | None:
    return getattr(profile, name)  # type: ignore[no-any-return]


def history(session: Session) -> tuple[Turn, ...]:
    """The whole conversation: what was said of the company in its first question still holds in the last."""
    return tuple(
        turn for e in session.exchanges for turn in (Turn("user", e.question.text), Turn("assistant", e.answer.answer))
    )


def without_last(session: Session) -> Session:
    return replace(session, exchanges=session.exchanges[:-1], editing=False)


def edited(context: Context, session: Session) -> Changes:
    """The last question back in the box; its answer stays until the new one comes."""
    words = context.words
    keep = el("button", words.say("assistant.keep"), type="button", class_="quiet", data_do="keep")
    notice = el("p", words.say("assistant.editing"), " ", keep, class_="notice")
    text = session.exchanges[-1].question.text
    return {"box": text, "steps": str(notice), "state": replace(session, editing=True)}


def kept(context: Context, session: Session) -> Changes:
    """The question is left as it was."""
    return {"box": "", "steps": "", "state": replace(session, editing=False)}


def stopped(context: Context, session: Session) -> Changes:
    """After a stop: what there was of the answer, which is its quotes, or nothing."""
    words = context.words
    quoted = session.exchanges and session.exchanges[-1].answer.generator == "extractive"
    said = words.say("assistant.stopped_quotes" if quoted else "assistant.stopped")
    return {"steps": str(el("p", said, class_="notice")), **_shown(context, session)}


def restored(context: Context, session: Session) -> Changes:
    """The conversation that a page found again in its tab, as this page shows it; nothing for one never begun."""
    if not session.exchanges:
        return {}
    notice = {"steps": edited(context, session)["steps"]} if session.editing else {}
    return {**notice, **_shown(context, session)}


def thread_html(context: Context, session: Session) -> Markup:
    """The exchanges before the current one."""
    words = context.words
    return joined(
        joined((question_html(words, n, e.question.text), _answer(context, n, e.answer, kept=True, last=False)))
        for n, e in enumerate(session.exchanges)
    )


def _corrected(context: Context, question: Question) -> Changes:
    """The fields that say no longer what holds of the company, since the question said otherwise of it."""
    parts = outweighed(question, context.vocabulary).items()
    return {name: context.choices.shown(name, part.field) for name, part in parts if part.lasting}


def _with(past: Session, question: Question, answer: Answer) -> Session:
    return replace(past, exchanges=(*past.exchanges, Exchange(question, answer))[-MAX_TURNS:])


def _shown(context: Context, session: Session) -> Changes:
    """The whole conversation as it stands."""
    if not session.exchanges:
        return {"thread": "", "current": ""}
    return {"thread": str(thread_html(context, without_last(session))), "current": str(_current(context, session))}


def _current(context: Context, session: Session) -> Markup:
    """The last exchange, with all that can be done from it."""
    last, number = session.exchanges[-1], len(session.exchanges) - 1
    asked = replace(last.question, history=history(without_last(session)))  # which a page does not hold twice
    after = following_html(context.words, context.vocabulary, context.schemes, last.answer, asked)
    head = question_html(context.words, number, last.question.text)
    return joined((head, _answer(context, number, last.answer, kept=True), after))


def _answer(context: Context, number: int, answer: Answer, *, kept: bool, last: bool = True) -> Markup:
    index = context.assistant.index
    return answer_html(
        context.words,
        number,
        answer,
        index.documents,
        index.passage,
        kept=kept,
        last=last,
        house=context.house,
        see_page=context.see_page,
    )


def _alert(sentence: str) -> str:
    return str(el("p", sentence, class_="notice", role="alert"))

"""The path of a question: understand → search → match → select evidence → draft → verify → answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from copy import copy
from dataclasses import replace
from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from assistant.answers import Answer, Event, Final, Match, Question, Quotes, RetrievedPassage, Sources, Step
from assistant.asking import FOR_AN_AID, SURELY, Asking, routed
from assistant.belonging import aid_regions, asks_for_access
from assistant.cues import COURTESIES, folded_text, heard
from assistant.drafting import followed_by
from assistant.eligibility import judged_schemes, next_question, ranked
from assistant.endings import Context, Ending
from assistant.english import asked, framed
from assistant.forgetting import territory_taken_back
from assistant.generator import GeneratorError, LanguageModel
from assistant.given import OF_THE_DESK, Found, from_passages, nearest
from assistant.pages import on_their_pages
from assistant.profiles import Profile, described, understand_profile
from assistant.quoting import Composed
from assistant.remembering import Encode, Encoder, OfOneQuestion, sentence_vectors
from assistant.searching import nearness
from assistant.steps import STEPS, Steps
from assistant.territories import Place, places, region_label
from assistant.understanding import Understanding, focused
from assistant.wording import load_wording
from index.retriever import Hit
from index.store import Index
from ingest.catalogue import Vocabulary
from ingest.schemes import Scheme

REFUSED = {
    "steering": "injection",
    "personal_data": "personal_data",
    "off_topic": "off_topic",
    "small_talk": "small_talk",
}
DRAFT_WORDS = 84  # a verified draft and the quotes after it: a fact takes 90 words
EXTRACTIVE = "extractive"
JUDGED = 64  # companies whose schemes stay judged, 15 MB: that of whoever says nothing of theirs comes every other time


class Assistant:
    """The one object that answers, for every door. Thread-safe where its encoder and its model are.

    `today` may be asked at each question, by a server that lives for weeks; `embed` gives the vectors of sentences, and
    may be that of another Assistant of the same encoder.
    """

    def __init__(
        self,
        index: Index,
        encoder: Encoder,
        schemes: Sequence[Scheme],
        vocabulary: Vocabulary,
        *,
        model: LanguageModel | None = None,
        today: date | Callable[[], date],
        steps: Steps = STEPS,
        embed: Encode | None = None,
    ) -> None:
        self.index = index
        self._encoder = encoder
        self._schemes = tuple(schemes)
        self._vocabulary = vocabulary
        self._model = model
        self._steps = steps
        self._today = today if callable(today) else lambda: today
        self.embed = embed or sentence_vectors(encoder)
        self._judged = lru_cache(JUDGED)(self._judge)
        self._regions = frozenset(info.region for info in index.documents.values() if info.region)

    def answer(self, question: Question) -> Answer:
        """The answer to one question. Raises GuichetError only for a model or an index that cannot be used."""
        for event in self.stream(question):
            if isinstance(event, Final):
                return event.answer
        raise AssertionError("a stream ends with Final")

    def stream(self, question: Question) -> Iterator[Event]:
        """The same answer as it comes: steps, sources, the answer made of quotes, then the one to keep."""
        clock = _Clock()
        yield Step("understand")
        understanding = self._steps.understand(question, self._schemes)
        profile = understand_profile(
            question.text, question.profile, question.history, self._vocabulary, said_since=question.said_since
        )
        seen = _Seen(question, understanding, profile, clock)
        if understanding.intent in REFUSED:
            yield Final(self._refusal(seen, REFUSED[understanding.intent]))
            return
        yield Step("search")
        encoder = OfOneQuestion(self._encoder)
        bare = self._steps.bare(understanding.text, self._schemes)
        read = [
            self._steps.asking(vector, encoder.fingerprint)
            for vector in encoder.encode_queries(list(dict.fromkeys((understanding.text, bare))))
        ]
        seen.asking = replace(read[0], which_aid=min(one.which_aid for one in read))
        understanding = seen.understanding = focused(routed(understanding, seen.asking), bare, self._schemes)
        places_said = places(understanding.text)
        given = question.passages is not None
        own = frozenset[str]() if given else aid_regions(understanding, profile, places_said)
        meant = places_said
        taken_back = bool(own) and territory_taken_back(question)
        if taken_back:  # the aids of everywhere, and where is asked
            own, meant = frozenset(), []
        if question.passages is not None:
            found = from_passages(question.passages, understanding, encoder, self.embed, self.index)
        else:
            found = self._steps.find(self.index, encoder, understanding, _regions(profile, meant))
        clock.mark("retrieval")
        seen.found = found
        if not given and not understanding.schemes and self._is_elsewhere(seen):
            yield Final(self._refusal(seen, "off_topic"))
            return
        yield Sources(_retrieved(found.hits))
        yield Step("match")
        asked_of = own or (_codes(meant) if asks_for_access(understanding, meant) else frozenset())
        if asked_of and not profile.regions:  # "une aide pour une PME de Rennes", "puis-je avoir DIVA à Rennes ?"
            profile = seen.profile = replace(profile, regions=tuple(sorted(asked_of)))
        matches = [] if given else self._matches(understanding, profile, (found.vectors[0] + found.towards[0]) / 2)
        yield Step("evidence")
        wording = load_wording(understanding.language)
        context = Context(
            understanding=understanding,
            profile=profile,
            matches=matches,
            schemes=self._schemes,
            found=found,
            given=given,
            own_places=[understanding.text[p.start : p.end] for p in places_said],
            about_regions=_about(understanding, meant),
            elsewhere=self._elsewhere(understanding, meant, own),
            own_regions=own,
            index=self.index,
            embed=self.embed,
            wording=wording,
            places=_regions(profile, meant),
            next_question=asked(next_question(profile, matches), wording),
            place_taken_back=taken_back,
        )
        ending = self._steps.compose(context)
        if understanding.language == "en":
            ending = replace(ending, composed=framed(ending.composed, wording))
        clock.mark("first_token")
        quotes = self._answer(seen, ending)
        yield Quotes(quotes)
        if self._model is None or not ending.units:
            yield Final(quotes)
            return
        yield Step("draft")
        yield Final(self._drafted(seen, ending, self._model))

    def taking(self, steps: Steps) -> Assistant:
        """The same one by other steps, over the same index and models; closing either closes both."""
        other = copy(self)
        other._steps = steps
        return other

    def close(self) -> None:
        """Stops the model and closes the index."""
        if self._model is not None:
            self._model.close()
        self.index.close()

    def _matches(self, understanding: Understanding, profile: Profile, vector: NDArray[np.float32]) -> list[Match]:
        named = [scheme.id for scheme in understanding.schemes]
        scores = nearness(self.index, self._schemes, understanding.text, vector)
        return ranked(self._judged(profile, self._today()), named=named, query_scores=scores)

    def _judge(self, profile: Profile, today: date) -> tuple[Match, ...]:
        return judged_schemes(profile, self._schemes, today)

    def _is_elsewhere(self, seen: _Seen) -> bool:
        """Whether the vector of a question says that it has nothing to do with the desk, or near no passage may say so."""
        alone = nearest(seen.found.vectors[0], self.index) < OF_THE_DESK and not seen.understanding.recalled
        far = 0.0 if alone else SURELY
        return seen.asking.elsewhere > (FOR_AN_AID if seen.understanding.intent == "which_aid" else far)

    def _elsewhere(self, understanding: Understanding, said: Sequence[Place], own: frozenset[str]) -> list[str]:
        """The regions a question is about, or of those it asks an aid for, that no source covers; none when it names a
        scheme."""
        if understanding.schemes:
            return []
        named = [p.name for p in said if p.kind == "region" and p.code and p.code not in self._regions]
        asking = [] if own & self._regions else [region_label(code) for code in sorted(own)]
        return list(dict.fromkeys((*named, *asking)))

    def _drafted(self, seen: _Seen, ending: Ending, model: LanguageModel) -> Answer:
        """The draft, where it is verified, before the quotes; the quotes alone where the model fails or is unreachable."""
        quotes = self._answer(seen, ending)
        try:
            tried = self._steps.draft(model, seen.understanding, ending.units, dict(seen.found.documents))
        except GeneratorError as failure:
            return replace(quotes, reason="model_unavailable", follow_ups=(*quotes.follow_ups, str(failure)))
        tokens = {"prompt": tried.completion.prompt_tokens, "completion": tried.completion.completion_tokens}
        if tried.composed is None:
            return replace(self._answer(seen, ending), tokens=tokens)
        composed = followed_by(tried.composed, ending.composed, max_words=DRAFT_WORDS)
        answer = self._answer(seen, replace(ending, composed=composed))
        return replace(answer, generator=tried.completion.model or model.name, tokens=tokens)

    def _refusal(self, seen: _Seen, reason: str) -> Answer:
        wording = load_wording(seen.understanding.language)
        folded = folded_text(seen.question.text)
        said = next((cue for cue in COURTESIES if heard(cue, folded)), "small_talk")
        name = said if seen.understanding.intent == "small_talk" else reason
        return self._answer(seen, Ending("refused", reason, Composed(wording.say(name), (), ())))

    def _answer(self, seen: _Seen, ending: Ending) -> Answer:
        composed = self._steps.prove(ending.composed, seen.question.text)
        return Answer(
            id=seen.question.id,
            question=seen.question.text,
            status=ending.status,
            reason=ending.reason,
            answer=composed.text,
            sentences=composed.sentences,
            citations=on_their_pages(composed.citations, self.index),
            schemes=ending.schemes,
            profile=described(seen.profile, self._vocabulary),
            retrieved=_retrieved(seen.found.hits),
            follow_ups=ending.follow_ups,
            generator=EXTRACTIVE,
            timings_ms=seen.clock.timings(),
            tokens={"prompt": 0, "completion": 0},
            index=self.index.fingerprint,
        )


class _Clock:
    """Milliseconds since the question came, by the name of what was reached."""

    def __init__(self) -> None:
        self._start = time.perf_counter()
        self._marks: dict[str, float] = {}

    def mark(self, name: str) -> None:
        self._marks[name] = round((time.perf_counter() - self._start) * 1000, 1)

    def timings(self) -> dict[str, float]:
        return {**self._marks, "total": round((time.perf_counter() - self._start) * 1000, 1)}


class _Seen:
    """What is known of a question so far."""

    def __init__(self, question: Question, understanding: Understanding, profile: Profile, clock: _Clock) -> None:
        self.question = question
        self.understanding = understanding
        self.profile = profile
        self.clock = clock
        self.found = Found((), {}, np.empty((0, 0), np.float32), np.empty((0, 0), np.float32))
        self.asking = Asking()


def _about(understanding: Understanding, said: Sequence[Place]) -> dict[str, str]:
    """The one region a question is about, by code; none when it names a scheme or several regions."""
    codes = {p.code for p in said if p.code and p.kind == "region"}
    if understanding.schemes or understanding.first_person or len(codes) != 1:
        return {}
    return {code: region_label(code) for code in codes}


def _regions(profile: Profile, said: Sequence[Place]) -> list[str]:
    """The regions of the company, else those the question names."""
    return list(profile.regions) or list(dict.fromkeys(p.code for p in said if p.code))


def _codes(said: Sequence[Place]) -> frozenset[str]:
    return frozenset(place.code for place in said if place.code)


def _retrieved(hits: Sequence[Hit]) -> tuple[RetrievedPassage, ...]:
    return tuple(
        RetrievedPassage(h.passage.doc, h.passage.passage_id, h.passage.page, round(h.score, 4), h.passage.text)
        for h in hits
    )

"""The language model behind an endpoint: a small real HTTP server speaks the protocol, well, badly or not at all."""

from __future__ import annotations

import math
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from endpoint_worlds import Endpoint, answering
from hypothesis import given
from hypothesis import strategies as st

from assistant.choices import first_token_logprobs
from assistant.deadline import until
from assistant.generator import GeneratorError, LanguageModel, open_model

ASKED = [("system", "Réponds en français."), ("user", "Bonjour ?")]


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with answering() as server:
        yield server


def model_at(endpoint: Endpoint) -> LanguageModel:
    return open_model(url=endpoint.url, model="petit", key="clef-secrete")


def test_the_text_comes_whole_with_its_counts(endpoint: Endpoint) -> None:
    done = model_at(endpoint).complete(ASKED, max_tokens=9, timeout_s=10, stop=["\n"])
    assert (done.text, done.prompt_tokens, done.completion_tokens) == ("Bonjour !", 12, 3)
    assert 0 < done.first_token_ms <= done.total_ms


def test_the_endpoint_is_asked_in_its_own_terms(endpoint: Endpoint) -> None:
    model_at(endpoint).complete(ASKED, max_tokens=9, timeout_s=10, stop=["\n"], grammar='root ::= "x"')
    body = endpoint.asked[0]
    assert body["path"] == "/v1/chat/completions"
    assert body["messages"][0] == {"role": "system", "content": "Réponds en français."}
    assert (body["model"], body["max_tokens"], body["temperature"], body["stop"]) == ("petit", 9, 0.0, ["\n"])
    assert "grammar" not in body, "only the embedded model is known to accept one"
    assert endpoint.keys == ["Bearer clef-secrete"]


def test_the_text_comes_in_pieces(endpoint: Endpoint) -> None:
    assert list(model_at(endpoint).stream(ASKED, max_tokens=9, timeout_s=10)) == ["Bon", "jour", " !"]


def test_choices_are_weighed_by_their_first_token(endpoint: Endpoint) -> None:
    weighed = model_at(endpoint).choice_logprobs(ASKED, ["oui", "non", "peut-être"], timeout_s=10)
    assert weighed == pytest.approx({"oui": -0.2, "non": -1.9, "peut-être": -4})


@pytest.mark.parametrize("mode", ["silent", "alive"])
def test_a_server_that_hangs_holds_nobody_up(endpoint: Endpoint, mode: str) -> None:
    endpoint.mode = mode
    started = time.perf_counter()
    with pytest.raises(GeneratorError, match="n'a pas répondu en 1 s"):
        model_at(endpoint).complete(ASKED, max_tokens=9, timeout_s=1)
    assert time.perf_counter() - started < 6


@pytest.mark.parametrize(("mode", "said"), [("401", "HTTP 401"), ("404", "HTTP 404"), ("page", "compatible OpenAI")])
def test_a_refusal_is_one_clear_sentence(endpoint: Endpoint, mode: str, said: str) -> None:
    endpoint.mode = mode
    with pytest.raises(GeneratorError, match=said) as caught:
        model_at(endpoint).complete(ASKED, max_tokens=9, timeout_s=10)
    assert "clef-secrete" not in str(caught.value)


def test_an_answer_cut_on_its_way_is_not_taken_for_whole(endpoint: Endpoint) -> None:
    endpoint.mode = "cut"
    with pytest.raises(GeneratorError, match="au milieu de sa réponse"):
        model_at(endpoint).complete(ASKED, max_tokens=9, timeout_s=10)


def test_a_dead_endpoint_is_named(endpoint: Endpoint) -> None:
    model = open_model(url="http://127.0.0.1:9", model="petit")
    with pytest.raises(GeneratorError, match=r"injoignable à l'adresse http://127\.0\.0\.1:9/v1"):
        model.complete(ASKED, max_tokens=9, timeout_s=10)


def test_an_endpoint_without_logprobs_is_said(endpoint: Endpoint) -> None:
    endpoint.pieces = ()  # type: ignore[misc]
    with pytest.raises(GeneratorError, match="probabilités"):
        model_at(endpoint).choice_logprobs(ASKED, ["oui", "non"], timeout_s=10)


def test_what_cannot_be_opened_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(GeneratorError, match="guichet setup"):
        open_model(gguf=tmp_path / "absent.gguf").complete(ASKED, max_tokens=1, timeout_s=5)
    with pytest.raises(GeneratorError, match="GUICHET_LLM_MODEL"):
        open_model(url="http://127.0.0.1:9")
    with pytest.raises(GeneratorError, match="GUICHET_LLM_URL"):
        open_model(url="pas une adresse", model="m")
    with pytest.raises(GeneratorError, match="guichet setup"):
        open_model()


@given(st.lists(st.floats(-20, 0), min_size=1, max_size=8))
def test_probabilities_of_one_word_in_several_spellings_add_up(logprobs: list[float]) -> None:
    top = [{"token": " " * rank + "OUI", "logprob": value} for rank, value in enumerate(logprobs)]
    weighed = first_token_logprobs([*top, {"token": "?", "logprob": -30.0}], ["oui", "non"])
    assert math.exp(weighed["oui"]) == pytest.approx(sum(map(math.exp, logprobs)))
    assert weighed["non"] == -30.0


def test_a_token_that_begins_two_choices_counts_for_neither() -> None:
    weighed = first_token_logprobs([{"token": "o", "logprob": -0.1}, {"token": "oui", "logprob": -2.0}], ["oui", "ou"])
    assert weighed == {"oui": -2.0, "ou": -2.0}


def test_leaving_an_iteration_closes_its_source() -> None:
    closed = threading.Event()

    def numbers() -> Iterator[int]:
        try:
            for number in range(1000):
                time.sleep(0.01)
                yield number
        finally:
            closed.set()

    pieces = until(numbers, time.monotonic() + 5)  # type: ignore[arg-type]
    assert next(pieces) == 0
    pieces.close()  # type: ignore[attr-defined]
    assert closed.wait(2)


@pytest.fixture(scope="module")
def embedded() -> Iterator[LanguageModel]:
    from index.models import generator_file
    from ui.settings import read_settings

    home = Path(os.environ["GUICHET_HOME"]) if os.environ.get("GUICHET_HOME") else read_settings().home
    if not generator_file(home).is_file():
        pytest.skip("le modèle de langue n'est pas installé (guichet setup)")
    model = open_model(gguf=generator_file(home))
    yield model
    model.close()


@pytest.mark.real
def test_the_embedded_model_answers_in_french(embedded: LanguageModel) -> None:
    question = [("user", "Quelle est la capitale de la France ? Réponds en un mot.")]
    done = embedded.complete(question, max_tokens=12, timeout_s=120)
    assert "Paris" in done.text
    assert done.prompt_tokens > 10


@pytest.mark.real
def test_the_embedded_model_obeys_a_grammar_and_judges(embedded: LanguageModel) -> None:
    question = [("user", "Paris est-elle en France ? Réponds oui ou non.")]
    done = embedded.complete(question, max_tokens=4, timeout_s=120, grammar='root ::= "OUI" | "NON"')
    assert done.text in ("OUI", "NON")
    weighed = embedded.choice_logprobs(question, ["oui", "non"], timeout_s=120)
    assert weighed["oui"] > weighed["non"]


@pytest.mark.real
def test_the_embedded_model_is_one_at_a_time_and_starts_again_after_close(embedded: LanguageModel) -> None:
    texts: list[str] = []
    ask = [("user", "Dis bonjour.")]
    workers = [
        threading.Thread(target=lambda: texts.append(embedded.complete(ask, max_tokens=3, timeout_s=120).text))
        for _ in range(3)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(texts) == 3
    assert len(set(texts)) == 1
    embedded.close()
    assert embedded.complete(ask, max_tokens=3, timeout_s=120).text == texts[0]


@pytest.mark.real
def test_a_broken_gguf_is_said(tmp_path: Path) -> None:
    (tmp_path / "faux.gguf").write_bytes(b"rien")
    with pytest.raises(GeneratorError, match="fichier GGUF entier"):
        open_model(gguf=tmp_path / "faux.gguf").complete(ASKED, max_tokens=1, timeout_s=60)

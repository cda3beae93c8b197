"""Several endpoints as one generator: real servers on this machine that refuse, hang, cut, babble or are slow."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack

import pytest
from endpoint_worlds import Endpoint, answering

from assistant import endpoint, generator
from assistant.deadline import QuestionLeft, leaving
from assistant.generator import GeneratorError, LanguageModel, open_model

ASKED = [("user", "Bonjour ?")]


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generator, "PAUSE_S", 0.02)
    monkeypatch.setattr(generator, "TRY_S", 15.0)


@pytest.fixture
def pool() -> ExitStack:
    with ExitStack() as stack:
        yield stack  # type: ignore[misc]


def of(stack: ExitStack, *modes: str) -> tuple[LanguageModel, list[Endpoint]]:
    servers = [stack.enter_context(answering(mode)) for mode in modes]
    return open_model(url=",".join(server.url for server in servers), model="petit", key="clef"), servers


def text(model: LanguageModel, timeout_s: float = 20) -> str:
    return model.complete(ASKED, max_tokens=9, timeout_s=timeout_s).text


def states(model: LanguageModel) -> list[str]:
    return [health.state for health in model.health()]


@pytest.mark.parametrize("fault", ["500", "503", "429", "401", "silent", "alive", "stuck", "cut", "broken", "page"])
def test_an_endpoint_that_misbehaves_is_left_for_the_next(
    pool: ExitStack, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    if fault in ("silent", "alive", "stuck"):
        monkeypatch.setattr(generator, "TRY_S", 1.0)
    model, [bad, good] = of(pool, fault, "well")
    assert text(model) == "Bonjour !", "and nothing of what the first one may have begun"
    assert len(bad.asked) == len(good.asked) == 1


def test_an_endpoint_that_stops_in_the_middle_is_not_waited_for_to_the_end(
    pool: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoint, "STALLED_S", 2.0)
    model, [server] = of(pool, "stuck")
    started = time.monotonic()
    with pytest.raises(GeneratorError, match="s'est tu au milieu"):
        text(model, timeout_s=600)
    assert time.monotonic() - started < 300, "long before the time limit"
    assert len(server.asked) == 1
    server.mode = "slow"
    assert text(model) == "Bonjour !", "one that is only slow is not cut"


@pytest.mark.parametrize("mode", ["endless", "pondering"])
def test_an_endpoint_that_never_ends_is_cut_and_left_for_the_next(pool: ExitStack, mode: str) -> None:
    alone, [server] = of(pool, mode)
    with pytest.raises(GeneratorError, match="écrit sans fin"):
        text(alone, timeout_s=60)
    assert server.left.wait(60), "its connection is cut"
    model, [bad, good] = of(pool, mode, "well")
    assert text(model, timeout_s=60) == "Bonjour !"
    assert len(bad.asked) == len(good.asked) == 1


def test_a_dead_endpoint_is_left_for_the_next(pool: ExitStack) -> None:
    good = pool.enter_context(answering())
    model = open_model(url=f"http://127.0.0.1:9, {good.url}", model="petit")
    assert text(model) == "Bonjour !"


def test_a_slow_endpoint_is_waited_for(pool: ExitStack) -> None:
    model, [slow] = of(pool, "slow")
    assert text(model) == "Bonjour !"
    assert len(slow.asked) == 1


def test_endpoints_share_the_questions(pool: ExitStack) -> None:
    model, servers = of(pool, "well", "well", "well")
    for _ in range(6):
        text(model)
    assert [len(server.asked) for server in servers] == [2, 2, 2]


@pytest.mark.parametrize(("fault", "times"), [("503", 3), ("429", 3), ("401", 1), ("page", 1), ("cut", 1)])
def test_what_may_pass_is_tried_again_and_what_will_not_is_not(pool: ExitStack, fault: str, times: int) -> None:
    model, [only] = of(pool, fault)
    with pytest.raises(GeneratorError):
        text(model)
    assert len(only.asked) == times


def test_an_endpoint_that_keeps_failing_rests_and_is_tried_once_after(
    pool: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, [flaky, _] = of(pool, "500", "well")
    for _ in range(8):
        assert text(model) == "Bonjour !"
    assert states(model) == ["open", "closed"]
    assert len(flaky.asked) == 3, "three failures, then no more"
    flaky.mode = "well"
    breaker = model._endpoints[0].breaker
    monkeypatch.setattr(breaker, "_rests_s", 0.0)
    assert states(model) == ["half_open", "closed"]
    for _ in range(2):
        text(model)
    assert states(model) == ["closed", "closed"]
    assert len(flaky.asked) == 4


def test_when_all_rest_the_refusal_is_at_once_and_says_so(pool: ExitStack) -> None:
    model, [only] = of(pool, "503")
    with pytest.raises(GeneratorError):
        text(model)
    assert states(model) == ["open"]
    with pytest.raises(GeneratorError, match="plusieurs fois de suite"):
        text(model)
    assert len(only.asked) == 3


def test_the_time_limit_holds_over_all_of_them(pool: ExitStack) -> None:
    model, _ = of(pool, "silent", "stuck", "alive")
    started = time.monotonic()
    with pytest.raises(GeneratorError, match="n'a pas répondu"):
        text(model, timeout_s=1.5)
    assert time.monotonic() - started < 15


def test_a_stream_moves_on_only_before_its_first_piece(pool: ExitStack) -> None:
    model, _ = of(pool, "500", "well")
    assert "".join(model.stream(ASKED, max_tokens=9, timeout_s=20)) == "Bonjour !"
    model, _ = of(pool, "cut", "well")
    pieces = model.stream(ASKED, max_tokens=9, timeout_s=20)
    assert next(pieces) == "Bon"
    with pytest.raises(GeneratorError, match="au milieu"):
        next(pieces)


@pytest.mark.parametrize("mode", ["silent", "stuck"])
def test_a_question_left_closes_its_connection_at_once(pool: ExitStack, mode: str) -> None:
    model, [only] = of(pool, mode)
    gone = threading.Event()
    threading.Timer(0.3, gone.set).start()
    with leaving(gone), pytest.raises(QuestionLeft):
        text(model, timeout_s=60)
    assert only.left.wait(10), "the server works no more for one who has left"
    assert states(model) == ["closed"], "which is no failure of it"


def test_a_timeout_closes_its_connection(pool: ExitStack) -> None:
    model, [only] = of(pool, "silent")
    with pytest.raises(GeneratorError):
        text(model, timeout_s=0.5)
    assert only.left.wait(10)


def test_a_question_left_between_two_tries_is_left(pool: ExitStack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generator, "PAUSE_S", 30.0)
    model, [only] = of(pool, "503")
    gone = threading.Event()
    threading.Timer(0.5, gone.set).start()
    with leaving(gone), pytest.raises(QuestionLeft):
        text(model, timeout_s=300)
    assert len(only.asked) == 1


def test_models_and_keys_are_one_for_all_or_one_each(pool: ExitStack) -> None:
    servers = [pool.enter_context(answering()) for _ in range(2)]
    url = ",".join(server.url for server in servers)
    model = open_model(url=url, model="grand, petit", key="une,deux")
    done = [model.complete(ASKED, max_tokens=9, timeout_s=20) for _ in range(2)]
    assert [server.asked[0]["model"] for server in servers] == ["grand", "petit"]
    assert [server.keys for server in servers] == [["Bearer une"], ["Bearer deux"]]
    assert [completion.model for completion in done] == ["grand", "petit"]
    with pytest.raises(GeneratorError, match="GUICHET_LLM_KEY"):
        open_model(url=url, model="m", key="une,deux,trois")
    with pytest.raises(GeneratorError, match="GUICHET_LLM_MODEL"):
        open_model(url=url, model="a,b,c")
    with pytest.raises(GeneratorError, match="GUICHET_LLM_URL"):
        open_model(url=f"{url},ailleurs", model="m")


def test_names_of_endpoints_hold_no_secret() -> None:
    model = open_model(url="https://moi:secret@a.example/v1,https://b.example,https://b.example/v2", model="m")
    assert [health.name for health in model.health()] == ["a.example", "2:b.example", "3:b.example"]

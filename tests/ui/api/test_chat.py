"""The OpenAI-compatible door, with the clients people use, against a real server on a loopback port."""

from collections.abc import Iterator
from pathlib import Path

import openai
import pytest
from api_worlds import bearer, make_key, make_world, serving, visiting
from fastapi.testclient import TestClient
from page_worlds import ATTACK

from ui.api.desk import Desk

SAID = f"60 M€ {ATTACK} [1] et [7]."
COMPLETIONS = "/v1/chat/completions"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return make_world(tmp_path_factory.mktemp("chat"))


@pytest.fixture(scope="module")
def address(desk: Desk) -> Iterator[str]:
    with serving(desk) as served:
        yield served


@pytest.fixture
def client(address: str) -> openai.OpenAI:
    import httpx

    own = httpx.Client(trust_env=False)
    return openai.OpenAI(base_url=f"{address}/v1", api_key="sans-clef", max_retries=0, http_client=own)


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[TestClient]:
    with visiting(make_world(tmp_path)) as opened:
        yield opened


def user(text: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": text}]


def test_a_conversation_is_answered_with_its_citations(client: openai.OpenAI, address: str) -> None:
    answer = client.chat.completions.create(model="guichet", messages=user("Quel budget ?"))  # type: ignore[arg-type]
    (choice,) = answer.choices
    assert (choice.message.content, choice.finish_reason) == (SAID, "stop")
    (cited,) = choice.message.annotations or ()
    mark = cited.url_citation
    assert SAID[mark.start_index : mark.end_index] == "[1]"
    assert mark.url == f"{address}/api/v1/passages/p1"
    assert answer.model_extra is not None
    assert answer.model_extra["guichet"]["citations"][0]["quote"] == "Le plan dispose de 60 M€"


def test_a_stream_says_the_same_and_ends_with_the_citations(client: openai.OpenAI) -> None:
    chunks = list(
        client.chat.completions.create(
            model="guichet",
            messages=user("Quel budget ?"),  # type: ignore[arg-type]
            stream=True,
            stream_options={"include_usage": True},
        )
    )
    said = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    assert said == SAID
    last, usage = chunks[-2:]
    assert last.choices[0].finish_reason == "stop"
    assert last.model_extra is not None
    assert last.model_extra["guichet"]["answer"] == SAID
    assert last.choices[0].delta.model_extra is not None
    assert len(last.choices[0].delta.model_extra["annotations"]) == 1
    assert usage.choices == []
    assert usage.usage is not None


def test_the_history_and_nothing_of_the_system_reaches_the_assistant(client: openai.OpenAI, desk: Desk) -> None:
    messages = [
        {"role": "system", "content": "Réponds toujours oui."},
        {"role": "user", "content": "Quel budget ?"},
        {"role": "assistant", "content": "60 M€"},
        {"role": "user", "content": [{"type": "text", "text": "Et la durée ?"}]},
    ]
    client.chat.completions.create(model="guichet", messages=messages, temperature=2, seed=3)  # type: ignore[arg-type]
    question = desk.answering.asked[-1]  # type: ignore[attr-defined]
    assert question.text == "Et la durée ?"
    assert [(turn.role, turn.content) for turn in question.history] == [
        ("user", "Quel budget ?"),
        ("assistant", "60 M€"),
    ]


def test_the_models_are_listed(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["guichet", "guichet-citations"]
    assert client.models.retrieve("guichet").owned_by == "guichet-ia"


def test_a_refusal_is_an_error_of_the_client_library(client: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError, match=r"« gpt-4 » n'existe pas ici.*guichet-citations"):
        client.chat.completions.create(model="gpt-4", messages=user("Quel budget ?"))  # type: ignore[arg-type]
    with pytest.raises(openai.BadRequestError, match="messages"):
        client.chat.completions.create(model="guichet", messages=[])
    with pytest.raises(openai.UnprocessableEntityError):
        client.chat.completions.create(model="guichet", messages=user("  "))  # type: ignore[arg-type]
    with pytest.raises(openai.InternalServerError) as caught:
        client.chat.completions.create(model="guichet", messages=user("une panne"))  # type: ignore[arg-type]
    assert "setup" not in str(caught.value)


def test_a_failure_in_a_stream_is_an_error_of_the_client_library(client: openai.OpenAI) -> None:
    with pytest.raises(openai.APIError, match="ne peut pas répondre"):
        list(client.chat.completions.create(model="guichet", messages=user("une panne"), stream=True))  # type: ignore[arg-type]


def test_langchain_talks_to_it_whole_and_streamed(address: str) -> None:
    from langchain_openai import ChatOpenAI
    from pydantic import SecretStr

    model = ChatOpenAI(base_url=f"{address}/v1", model="guichet-citations", api_key=SecretStr("x"), max_retries=0)
    assert model.invoke([("system", "Sois bref."), ("human", "Quel budget ?")]).text == SAID
    assert "".join(chunk.text for chunk in model.stream("Quel budget ?")) == SAID


def test_a_key_is_asked_in_the_form_of_the_client_library(tmp_path: Path) -> None:
    desk = make_world(tmp_path, keys="required")
    right, wrong_use = make_key(desk.database, "ask"), make_key(desk.database, "match")
    body = {"model": "guichet", "messages": user("Quel budget ?")}
    with visiting(desk, address="203.0.113.7") as client:
        refused = client.post(COMPLETIONS, json=body)
        assert refused.status_code == 401
        assert refused.json()["error"]["code"] == "key_missing"
        assert client.post(COMPLETIONS, json=body, headers=bearer(wrong_use)).status_code == 403
        assert client.post(COMPLETIONS, json=body, headers=bearer(right)).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {"model": "guichet"},
        {"model": "guichet", "messages": [{"role": "pirate", "content": "x"}]},
        {"model": "guichet", "messages": [{"role": "user", "content": "x" * 20_001}]},
        {"model": "guichet", "messages": [{"role": "user", "content": "x"}], "n": 2},
        {"model": "guichet", "messages": [{"role": "user", "content": "x"}] * 101},
    ],
)
def test_a_faulty_body_is_a_400(plain: TestClient, body: dict[str, object]) -> None:
    answer = plain.post(COMPLETIONS, json=body)
    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "invalid_request_error"


def test_what_is_not_there_has_the_form_of_the_client_library(plain: TestClient) -> None:
    assert plain.get("/v1/embeddings").json()["error"]["code"] == "not_found"
    assert plain.get(COMPLETIONS).json()["error"]["code"] == "wrong_method"

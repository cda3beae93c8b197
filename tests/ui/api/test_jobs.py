"""Batch jobs: submitted, followed, read, cancelled; nothing lost when a worker stops, nothing twice, nothing of others."""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from api_worlds import Library, bearer, make_key, make_world, visiting, wait_for
from fastapi.testclient import TestClient

from assistant.answers import Event, Question
from ui.api import jobs
from ui.api.database import Database
from ui.api.desk import Desk
from ui.api.work import Worker
from ui.pacing import Paced

JOBS = "/api/v1/jobs"
HOUR = 3600.0


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return make_world(tmp_path)


@pytest.fixture
def client(desk: Desk) -> Iterator[TestClient]:
    with visiting(desk) as opened:
        yield opened


def submit(client: TestClient, *questions: str, **headers: str) -> dict[str, object]:
    answer = client.post(JOBS, json={"questions": [{"question": q} for q in questions]}, headers=headers)
    assert answer.status_code == 202, answer.text
    return answer.json()  # type: ignore[no-any-return]


def ended(client: TestClient, job: dict[str, object], **headers: str) -> dict[str, object]:
    wait_for(lambda: client.get(f"{JOBS}/{job['id']}", headers=headers).json()["state"] not in ("queued", "running"))
    return client.get(f"{JOBS}/{job['id']}", headers=headers).json()  # type: ignore[no-any-return]


def lines(client: TestClient, job: dict[str, object]) -> list[dict[str, object]]:
    return [json.loads(line) for line in client.get(str(job["results"])).text.splitlines()]


def queued(database: Database, *questions: str, owner: str = "local", now: float = 0.0) -> jobs.Job:
    return jobs.submit(database, owner, "batch", [{"question": q} for q in questions], {"llm": True}, now=now)


def test_a_job_is_answered_in_the_order_of_its_questions(client: TestClient) -> None:
    job = submit(client, "Un ?", "une panne", "Trois ?")
    done = ended(client, job)
    assert (done["state"], done["answered"], done["total"]) == ("done", 3, 3)
    records = lines(client, job)
    assert [record["question"] for record in records] == ["Un ?", "une panne", "Trois ?"]
    assert [record["status"] for record in records] == ["answered", "error", "answered"]


def test_personal_data_is_masked_before_anything_is_written(client: TestClient, tmp_path: Path) -> None:
    turns = [{"role": "user", "content": "je suis paul@exemple.fr"}]
    company = {"sector": "soudure, tél. 04 91 00 00 01", "need": "virement sur FR76 3000 6000 0112 3456 7890 189 svp"}
    body = {"questions": [{"question": "Rappelez le 06 12 34 56 78", "history": turns, "profile": company}]}
    body["questions"] += [{"question": "Écrivez à anne@exemple.fr ou au 06 98 76 54 32"}, {"question": "Quel budget ?"}]
    told = client.post(JOBS, json=body)
    assert told.headers["guichet-personal-data"] == "email, phone"
    job = told.json()
    ended(client, job)
    assert lines(client, job)[0]["question"] == "Rappelez le [téléphone]"
    counted = client.get("/api/v1/metrics").text
    assert 'guichet_personal_data_total{kind="phone"} 2.0' in counted
    assert 'guichet_personal_data_total{kind="email"} 1.0' in counted
    written = b"".join(path.read_bytes() for path in tmp_path.glob("service.sqlite*"))
    assert b"paul@exemple.fr" not in written
    assert b"06 12 34" not in written
    assert b"04 91 00" not in written
    assert b"3000 6000" not in written


def test_the_jobs_of_another_do_not_exist(tmp_path: Path) -> None:
    desk = make_world(tmp_path, keys="required")
    mine, other = make_key(desk.database, "batch"), make_key(desk.database, "batch")
    with visiting(desk, address="203.0.113.7") as client:
        job = submit(client, "Un ?", **bearer(mine))
        ended(client, job, **bearer(mine))
        assert client.get(f"{JOBS}/{job['id']}", headers=bearer(other)).status_code == 404
        assert client.get(f"{JOBS}/{job['id']}/results", headers=bearer(other)).status_code == 404
        assert client.delete(f"{JOBS}/{job['id']}", headers=bearer(other)).status_code == 404
        assert client.get(JOBS, headers=bearer(other)).json() == {"jobs": []}
        assert len(client.get(JOBS, headers=bearer(mine)).json()["jobs"]) == 1


def test_a_deleted_job_leaves_nothing(client: TestClient, desk: Desk) -> None:
    job = submit(client, "Un ?")
    ended(client, job)
    assert client.delete(f"{JOBS}/{job['id']}").status_code == 204
    assert client.get(f"{JOBS}/{job['id']}").status_code == 404
    assert desk.database.rows("SELECT count(*) FROM job_items")[0][0] == 0


def test_a_job_that_ended_cannot_be_cancelled(client: TestClient) -> None:
    job = submit(client, "Un ?")
    ended(client, job)
    assert client.post(f"{JOBS}/{job['id']}/cancel").status_code == 409


class Held(Library):
    """Answers once it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.go_on = threading.Event(), threading.Event()

    def stream(self, question: Question) -> Iterator[Event]:
        self.begun.set()
        self.go_on.wait(10)
        yield from super().stream(question)


def test_a_cancelled_job_keeps_its_answers_and_gets_no_more(tmp_path: Path) -> None:
    assistant = Held()
    with visiting(make_world(tmp_path, Paced(assistant))) as client:
        job = submit(client, "Un ?", "Deux ?", "Trois ?")
        assert assistant.begun.wait(5)
        cancelled = client.post(f"{JOBS}/{job['id']}/cancel").json()
        assert cancelled["state"] == "cancelled"
        assistant.go_on.set()
        time.sleep(0.3)
        assert client.get(f"{JOBS}/{job['id']}").json()["answered"] == 0
        assert len(assistant.asked) == 1


def test_jobs_in_wait_are_bounded(tmp_path: Path) -> None:
    assistant = Held()
    with visiting(make_world(tmp_path, Paced(assistant))) as client:
        for _ in range(jobs.MAX_WAITING):
            submit(client, "Un ?")
        refused = client.post(JOBS, json={"questions": [{"question": "Un ?"}]})
        assert (refused.status_code, refused.json()["type"]) == (429, "urn:guichet:probleme:too_many_jobs")
        assistant.go_on.set()


def test_a_job_has_a_bounded_number_of_questions(client: TestClient) -> None:
    for n in (0, jobs.MAX_QUESTIONS + 1):
        assert client.post(JOBS, json={"questions": [{"question": "x"}] * n}).status_code == 422


def test_a_worker_told_to_stop_gives_its_job_back_and_another_ends_it(tmp_path: Path) -> None:
    assistant = Held()
    desk = make_world(tmp_path, Paced(assistant))
    job = queued(desk.database, "Un ?", "Deux ?")
    first = Worker(desk)
    first.start()
    assert assistant.begun.wait(5)
    stopping = threading.Thread(target=first.stop)
    stopping.start()
    time.sleep(0.1)
    assistant.go_on.set()
    stopping.join()
    assert jobs.find(desk.database, job.id).state == "queued"  # type: ignore[union-attr]
    second = Worker(make_world(tmp_path))
    second.start()
    wait_for(lambda: jobs.find(desk.database, job.id).state == "done")  # type: ignore[union-attr]
    second.stop()
    assert [record["question"] for record in jobs.records(desk.database, job.id)] == ["Un ?", "Deux ?"]


def test_a_job_is_held_by_one_worker(database: Database) -> None:
    queued(database, "Un ?")
    assert jobs.claim(database, "a", now=0.0) is not None
    assert jobs.claim(database, "b", now=10.0) is None


def test_the_job_of_a_dead_worker_goes_on_where_it_stopped(database: Database) -> None:
    job = queued(database, "Un ?", "Deux ?")
    jobs.claim(database, "a", now=0.0)
    assert jobs.keep(database, job.id, "a", 0, {"n": 1}, now=1.0)
    late = 1.0 + jobs.LEASE_S + 1
    assert jobs.claim(database, "b", now=late) is not None
    assert [n for n, _ in jobs.unanswered(database, job.id)] == [1]
    assert not jobs.keep(database, job.id, "a", 1, {"by": "a"}, now=late)  # the dead one was only slow
    assert jobs.keep(database, job.id, "b", 1, {"by": "b"}, now=late)
    assert list(jobs.records(database, job.id)) == [{"n": 1}, {"by": "b"}]


def test_a_clock_set_back_does_not_hold_a_job_for_ever(database: Database) -> None:
    queued(database, "Un ?", now=10 * HOUR)
    jobs.claim(database, "a", now=10 * HOUR)
    assert jobs.claim(database, "b", now=2 * HOUR) is not None


def test_the_oldest_job_comes_first(database: Database) -> None:
    second, first = queued(database, "b", now=5.0), queued(database, "a", now=1.0)
    claimed = [jobs.claim(database, "w", now=6.0), jobs.claim(database, "w", now=6.0)]
    assert [job.id for job in claimed if job] == [first.id, second.id]


def test_ended_jobs_are_forgotten_after_a_week(database: Database) -> None:
    job = queued(database, "Un ?")
    jobs.cancel(database, job.id, now=100.0)
    jobs.forget(database, now=100.0 + jobs.KEPT_S - 1)
    assert jobs.find(database, job.id) is not None
    jobs.forget(database, now=100.0 + jobs.KEPT_S + 1)
    assert jobs.find(database, job.id) is None
    assert database.rows("SELECT count(*) FROM job_items")[0][0] == 0


def test_many_answers_are_read_by_parts(database: Database) -> None:
    n = jobs.PAGE * 2 + 7
    job = queued(database, *(f"q{i}" for i in range(n)))
    jobs.claim(database, "w", now=0.0)
    for i in range(n):
        jobs.keep(database, job.id, "w", i, {"n": i}, now=0.0)
    assert [record["n"] for record in jobs.records(database, job.id)] == list(range(n))


# ---- evaluations ----------------------------------------------------------------------------------------------


def test_an_evaluation_is_answered_then_scored(client: TestClient, desk: Desk) -> None:
    gold = {"kind": "fact", "answerable": True, "key_facts": ["60 M€"], "gold_doc": "plan"}
    missed = {"kind": "fact", "answerable": True, "key_facts": ["zèbre violet"]}
    questions = [{"question": "Quel budget ?", "gold": gold}, {"question": "Quel animal ?", "id": "z", "gold": missed}]
    job = client.post("/api/v1/evaluations", json={"questions": questions, "llm": False}).json()
    assert job["kind"] == "evaluate"
    assert ended(client, job)["state"] == "done"
    measured = client.get(f"{JOBS}/{job['id']}/metrics").json()
    assert measured["questions"] == 2
    assert [row["id"] for row in measured["per_question"]] == ["1", "z"]
    assert measured["measures"]["key_facts"]["value"] == pytest.approx(0.5)
    assert "gold" not in lines(client, job)[0]
    assert all("zèbre" not in str(question) for question in desk.answering.asked)  # type: ignore[attr-defined]


def test_a_gold_that_means_nothing_is_refused(client: TestClient) -> None:
    questions = [{"question": "q", "gold": {}}, {"question": "q", "gold": {"answerable": "peut-être", "evidence": 3}}]
    refused = client.post("/api/v1/evaluations", json={"questions": questions})
    assert refused.status_code == 422
    assert "Question 2" in refused.json()["detail"]


def test_a_batch_has_no_metrics(client: TestClient) -> None:
    job = submit(client, "Un ?")
    ended(client, job)
    assert client.get(f"{JOBS}/{job['id']}/metrics").status_code == 409

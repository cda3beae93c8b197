"""Keys and token buckets in the service's file: digests only, one owner, shared by processes, sound under clock jumps."""

import stat
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ui.api.database import NAME, Database, ServiceStoreError, open_database
from ui.api.keys import KeyProblem, create_key, key_of, list_keys, revoke_key
from ui.api.limits import Limit, sweep, take

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_a_key_opens_what_it_was_made_for(database: Database) -> None:
    key, text = create_key(database, "site", ["match", "ask"], now=NOW)
    assert key_of(database, text, now=NOW) == key
    assert key.scopes == ("ask", "match")


def test_the_secret_is_written_nowhere(tmp_path: Path) -> None:
    database = open_database(tmp_path)
    _, text = create_key(database, "site", ["ask"], now=NOW)
    secret = text.split("_", 2)[2].encode()  # it may hold a "_" itself
    database.close()
    assert not any(secret in path.read_bytes() for path in tmp_path.iterdir())


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    database = open_database(tmp_path)
    create_key(database, "site", ["ask"], now=NOW)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob(f"{NAME}*")}
    assert modes == {0o600}


def test_a_revoked_key_opens_nothing(database: Database) -> None:
    key, text = create_key(database, "site", ["ask"], now=NOW)
    revoke_key(database, key.id, now=NOW)
    assert key_of(database, text, now=NOW) is None
    assert [k.revoked is not None for k in list_keys(database)] == [True]


def test_a_key_ends_on_its_day(database: Database) -> None:
    _, text = create_key(database, "site", ["ask"], now=NOW, days=1)
    assert key_of(database, text, now=NOW + timedelta(hours=23)) is not None
    assert key_of(database, text, now=NOW + timedelta(hours=25)) is None


@pytest.mark.parametrize("text", ["", "guichet", "guichet_000000000000_" + "a" * 43, "é" * 60, "guichet_x_y\x00"])
def test_what_is_no_key_opens_nothing(database: Database, text: str) -> None:
    create_key(database, "site", ["ask"], now=NOW)
    assert key_of(database, text, now=NOW) is None


def test_another_secret_with_a_known_identifier_opens_nothing(database: Database) -> None:
    _, text = create_key(database, "site", ["ask"], now=NOW)
    changed = text[:-1] + ("a" if text[-1] != "a" else "b")
    assert key_of(database, changed, now=NOW) is None


@pytest.mark.parametrize(
    "given", [{"name": " "}, {"name": "a\nb"}, {"scopes": []}, {"scopes": ["tout"]}, {"per_minute": 0}, {"days": 0}]
)
def test_a_key_that_means_nothing_is_not_made(database: Database, given: dict[str, object]) -> None:
    fields = {"name": "site", "scopes": ["ask"], "now": NOW} | given
    with pytest.raises(KeyProblem):
        create_key(database, **fields)  # type: ignore[arg-type]
    assert list_keys(database) == ()


def test_an_unknown_key_cannot_be_revoked(database: Database) -> None:
    with pytest.raises(KeyProblem, match="guichet keys list"):
        revoke_key(database, "0" * 12, now=NOW)


def test_a_bucket_allows_its_burst_then_its_rate(database: Database) -> None:
    limit = Limit(burst=3, per_minute=60)
    assert [take(database, "a", limit, now=100.0).allowed for _ in range(4)] == [True, True, True, False]
    assert take(database, "b", limit, now=100.0).allowed
    refused = take(database, "a", limit, now=100.2)
    assert not refused.allowed
    assert refused.wait_s == pytest.approx(0.8)
    assert take(database, "a", limit, now=101.0).allowed


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(0.1, 3)), max_size=30))
def test_a_clock_that_jumps_never_gives_more_than_the_burst(jumps: list[tuple[float, float]]) -> None:
    limit, now = Limit(burst=3, per_minute=60), 1e9
    with tempfile.TemporaryDirectory() as folder, closing(open_database(Path(folder))) as database:
        for jump, cost in jumps:
            now += jump
            take(database, "a", limit, now=now, cost=cost)
        assert sum(take(database, "a", limit, now=now).allowed for _ in range(10)) <= 3


def test_a_clock_set_back_blocks_nobody_for_long(database: Database) -> None:
    limit = Limit(burst=1, per_minute=60)
    assert take(database, "a", limit, now=1e9).allowed
    assert not take(database, "a", limit, now=1e9 - 5000).allowed
    assert take(database, "a", limit, now=1e9 - 4998).allowed


def test_two_processes_share_a_bucket(database: Database, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from ui.api.database import open_database; from ui.api.limits import *;"
        "d = open_database(Path(sys.argv[1]));"
        "print(sum(take(d, 'a', Limit(50, 0.001), now=0.0).allowed for _ in range(40)))"
    )
    commands = [[sys.executable, "-c", code, str(tmp_path)] for _ in range(2)]
    running = [subprocess.Popen(c, cwd=ROOT, stdout=subprocess.PIPE, text=True) for c in commands]
    allowed = [int(process.communicate()[0]) for process in running]
    assert sum(allowed) == 50


def test_processes_that_make_the_file_at_the_same_instant_all_have_it(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from ui.api.file_database import FileDatabase;"
        "time.sleep(max(0, float(sys.argv[2]) - time.time()));"
        "[FileDatabase(Path(sys.argv[1]) / f'{n}.sqlite').close() for n in range(40)]"
    )
    command = [sys.executable, "-c", code, str(tmp_path), str(time.time() + 3)]
    running = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    assert [process.communicate()[1] for process in running] == [""] * 4


def test_old_buckets_are_forgotten(database: Database) -> None:
    for n in range(5):
        take(database, f"address:{n}", Limit(1, 1), now=1000.0 * n)
    sweep(database, now=6000.0)
    assert [str(row[0]) for row in database.rows("SELECT name FROM buckets ORDER BY at")] == ["address:3", "address:4"]


def test_a_file_that_is_not_ours_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text("ce n'est pas une base " * 100)
    with pytest.raises(ServiceStoreError, match="vérifiez ses droits"):
        open_database(tmp_path)

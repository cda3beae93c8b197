"""Archives: what comes out of them, where it lies, and what is refused."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from pathlib import Path

import docx
import pytest

from ingest import archives
from ingest.archives import Member, is_archive, members
from ingest.errors import UnreadableDocument


def make(folder: Path, files: dict[str, bytes], *, name: str = "a.zip", method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(folder / name, "w", method) as archive:
        for member, content in files.items():
            archive.writestr(zipfile.ZipInfo(member), content, compress_type=method)
    return folder / name


def refused(path: Path) -> str:
    with pytest.raises(UnreadableDocument) as caught, members(path):
        pass
    assert path.name in str(caught.value)
    return caught.value.reason


def outcome(path: Path) -> str:
    try:
        with members(path) as found:
            return "files" if all(m.path is not None or m.refusal is not None for m in found) else "nothing"
    except UnreadableDocument as error:
        return error.reason


def only(path: Path) -> Member:
    with members(path) as (member,):
        return member


def reason(member: Member) -> str | None:
    assert member.path is None
    return member.refusal.reason if member.refusal else None


def test_files_come_out_with_their_stem_and_are_gone_afterwards(tmp_path: Path) -> None:
    path = make(tmp_path, {"plans/été.md": b"# T", "b.pdf": b"%PDF-"})
    with members(path) as found:
        assert [m.name for m in found] == ["plans/été.md", "b.pdf"]
        assert [m.path.stem for m in found if m.path] == ["été", "b"]
        assert [m.path.read_bytes() for m in found if m.path] == [b"# T", b"%PDF-"]
        places = [m.path for m in found if m.path]
    assert not any(place.exists() for place in places)


def test_hidden_and_system_files_and_folders_are_passed_over(tmp_path: Path) -> None:
    path = make(tmp_path, {"a.md": b"x", ".DS_Store": b"x", "__MACOSX/._a.md": b"x", ".git/b.md": b"x", "vide/": b""})
    assert only(path).name == "a.md"


@pytest.mark.parametrize(
    "name",
    ["../../dehors.md", "/etc/dehors.md", "C:\\dehors.md", "..\\..\\dehors.md", "a/../../dehors.md", "\u202edehors.md"],
)
def test_no_name_chooses_a_place_on_the_disk(tmp_path: Path, name: str) -> None:
    (tmp_path / "in").mkdir()
    path = make(tmp_path / "in", {name: b"x"})
    with members(path) as (member,):
        assert member.path is not None
        assert member.path.name == "dehors.md"
        assert ".." not in member.name
        assert not member.name.startswith("/")
        assert member.path.resolve().parent.parent.name.startswith("guichet-")
    assert [p.name for p in tmp_path.rglob("*.md")] == []


def test_two_files_of_one_name_do_not_overwrite_each_other(tmp_path: Path) -> None:
    with members(make(tmp_path, {"a/plan.md": b"1", "b/plan.md": b"2"})) as found:
        assert [m.path.read_bytes() for m in found if m.path] == [b"1", b"2"]


def test_a_name_longer_than_a_disk_takes_is_cut(tmp_path: Path) -> None:
    with members(make(tmp_path, {"é" * 4000 + ".md": b"x"})) as (member,):
        assert member.path is not None
        assert member.path.suffix == ".md"


def test_an_archive_in_an_archive_is_refused_alone(tmp_path: Path) -> None:
    inner = make(tmp_path, {"x.md": b"x"}, name="inner.zip").read_bytes()
    with members(make(tmp_path, {"inner.ZIP": inner, "a.md": b"x"})) as (nested, plain):
        assert reason(nested) == "unsupported"
        assert plain.path is not None


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    item = zipfile.ZipInfo("lien.md")
    item.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(item, "/etc/passwd")
    assert reason(only(tmp_path / "a.zip")) == "unsupported"


def test_a_rare_compression_is_refused(tmp_path: Path) -> None:
    assert reason(only(make(tmp_path, {"a.md": b"x" * 99}, method=zipfile.ZIP_LZMA))) == "unsupported"


def test_a_member_with_a_password_is_said(tmp_path: Path) -> None:
    data = bytearray(make(tmp_path, {"a.md": b"x"}, method=zipfile.ZIP_STORED).read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    (tmp_path / "a.zip").write_bytes(data)
    assert reason(only(tmp_path / "a.zip")) == "protected"


def test_a_damaged_member_stops_no_other(tmp_path: Path) -> None:
    data = bytearray(make(tmp_path, {"a.md": b"premier", "b.md": b"second"}, method=zipfile.ZIP_STORED).read_bytes())
    data[data.index(b"premier")] ^= 1
    (tmp_path / "a.zip").write_bytes(data)
    with members(tmp_path / "a.zip") as (first, second):
        assert reason(first) == "unreadable"
        assert second.path is not None
        assert second.path.read_bytes() == b"second"


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    assert refused(make(tmp_path, {"a.txt": b"0" * 30_000_000})) == "too_large"


def test_a_bomb_that_lies_on_its_size_gives_no_more_than_it_says(tmp_path: Path) -> None:
    data = bytearray(make(tmp_path, {"a.txt": b"0" * 30_000_000}).read_bytes())
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", data, data.index(mark) + offset, 1000)
    (tmp_path / "a.zip").write_bytes(data)
    assert reason(only(tmp_path / "a.zip")) == "unreadable"


def test_a_crowd_of_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_MEMBERS", 3)
    assert refused(make(tmp_path, {f"{n}.md": b"x" for n in range(4)})) == "too_large"


def test_too_much_in_all_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_TOTAL", 100)
    assert refused(make(tmp_path, {f"{n}.md": b"x" * 60 for n in range(2)})) == "too_large"


def test_a_member_too_large_for_any_reader_stays_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_BYTES", 10)
    assert reason(only(make(tmp_path, {"a.md": b"x" * 60}))) == "too_large"


@pytest.mark.parametrize(
    ("content", "expected"), [(b"PK\x03\x04 tronque", "unreadable"), (b"", "unreadable"), (None, "empty")]
)
def test_what_is_no_archive_or_holds_nothing_says_so(tmp_path: Path, content: bytes | None, expected: str) -> None:
    path = make(tmp_path, {})
    if content is not None:
        path.write_bytes(content)
    assert is_archive(path)
    assert refused(path) == expected


@pytest.mark.parametrize("at", range(0, 200, 7))
def test_one_byte_changed_never_crashes(tmp_path: Path, at: int) -> None:
    data = bytearray(make(tmp_path, {"a.md": b"Un texte " * 9, "b.md": b"x"}).read_bytes())
    data[at % len(data)] ^= 0xFF
    (tmp_path / "a.zip").write_bytes(data)
    assert outcome(tmp_path / "a.zip") in ("files", "unreadable", "empty", "too_large")


def test_a_word_file_named_zip_is_a_word_file(tmp_path: Path) -> None:
    held = io.BytesIO()
    docx.Document().save(held)
    (tmp_path / "a.zip").write_bytes(held.getvalue())
    assert not is_archive(tmp_path / "a.zip")


def test_a_file_without_a_name_takes_nothing_down(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "c.zip", "w") as archive:
        item = zipfile.ZipInfo("x")
        archive.writestr(item, b"un")
        item.filename = ""
        archive.writestr("plan.md", b"# T")
    with members(tmp_path / "c.zip") as found:
        assert [member.name for member in found] == ["sans-nom", "plan.md"]

"""Originals kept by their digest: private, bounded, gone with their document."""

from __future__ import annotations

import hashlib
import stat
from pathlib import Path

import pytest

from ingest import originals
from ingest.originals import keep, original

PDF = b"%PDF-1.7 a file"


def write(folder: Path, name: str, content: bytes = PDF) -> tuple[Path, str]:
    path = folder / name
    path.write_bytes(content)
    return path, hashlib.sha256(content).hexdigest()


def test_a_pdf_is_kept_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    file = write(tmp_path, "plan.pdf")
    keep(tmp_path / "index", [file], wanted=lambda: {file[1]})
    kept = original(tmp_path / "index", file[1])
    assert kept is not None
    assert kept.read_bytes() == PDF
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700


def test_other_formats_are_not_kept(tmp_path: Path) -> None:
    file = write(tmp_path, "plan.pdf", b"<html>not a PDF</html>")
    keep(tmp_path / "index", [file], wanted=lambda: {file[1]})
    assert original(tmp_path / "index", file[1]) is None
    assert not (tmp_path / "index" / "originals").exists()


def test_the_copy_goes_with_its_document(tmp_path: Path) -> None:
    one, two = write(tmp_path, "1.pdf", PDF + b"1"), write(tmp_path, "2.pdf", PDF + b"2")
    keep(tmp_path, [one, two], wanted=lambda: {one[1], two[1]})
    keep(tmp_path, [], wanted=lambda: {two[1]})
    assert original(tmp_path, one[1]) is None
    assert original(tmp_path, two[1]) is not None


def test_a_file_changed_since_it_was_read_is_not_kept(tmp_path: Path) -> None:
    path, digest = write(tmp_path, "plan.pdf")
    path.write_bytes(PDF + b" changed")
    keep(tmp_path, [(path, digest)], wanted=lambda: {digest})
    assert original(tmp_path, digest) is None
    assert [p.name for p in (tmp_path / "originals").iterdir() if p.name != ".lock"] == []


@pytest.mark.parametrize("limit", ["MAX_FILE", "MAX_TOTAL"])
def test_a_file_beyond_the_limits_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    monkeypatch.setattr(originals, limit, 5)
    path, digest = write(tmp_path, "plan.pdf")
    keep(tmp_path, [(path, digest)], wanted=lambda: {digest})
    assert original(tmp_path, digest) is None


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "0" * 63, "Z" * 64, "0" * 64 + "/.."])
def test_nothing_but_a_digest_names_an_original(tmp_path: Path, name: str) -> None:
    assert original(tmp_path, name) is None

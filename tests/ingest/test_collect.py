"""Files named by a command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.collect import collect
from ingest.errors import GuichetError


def test_a_folder_is_read_whole_hidden_files_aside(tmp_path: Path) -> None:
    for name in ("b.md", "a.pdf", "sous/c.xyz", ".cache", ".git/d.md"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
    assert [p.relative_to(tmp_path).as_posix() for p in collect([tmp_path])] == ["a.pdf", "b.md", "sous/c.xyz"]


def test_a_file_named_twice_is_taken_once(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("x")
    assert collect([tmp_path / "a.md", str(tmp_path / "*.md"), tmp_path]) == [tmp_path / "a.md"]


def test_a_name_with_a_bracket_or_a_hash_is_a_name_before_it_is_a_pattern(tmp_path: Path) -> None:
    (tmp_path / "a[1]#.md").write_text("x")
    assert collect([tmp_path / "a[1]#.md"]) == [tmp_path / "a[1]#.md"]


@pytest.mark.parametrize("name", ["absent.md", "*.docx"])
def test_a_path_that_names_nothing_is_an_error_that_says_so(tmp_path: Path, name: str) -> None:
    with pytest.raises(GuichetError, match="vérifiez"):
        collect([tmp_path / name])

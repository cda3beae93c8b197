"""What we stand on: nothing deserialises code, every library is known by name and version."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("ingest", "index", "assistant", "ui", "benchmarks", "scripts")
FILES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
CODE_IN_DATA = {"pickle", "cPickle", "_pickle", "dill", "cloudpickle", "joblib", "shelve", "marshal", "jsonpickle"}
CALLS = {"eval", "exec", "compile", "__import__"}


def calls(path: Path) -> list[tuple[str, ast.Call]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [(ast.unparse(node.func), node) for node in ast.walk(tree) if isinstance(node, ast.Call)]


def named(call: ast.Call, name: str) -> str | None:
    return next((ast.unparse(k.value) for k in call.keywords if k.arg == name), None)


def code_read_from_data(path: Path) -> list[str]:
    """What in a file would run code that came as data."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = []
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        found += [f"imports {name}" for name in names if name.split(".")[0] in CODE_IN_DATA]
    for name, call in calls(path):
        last = name.rpartition(".")[2]
        if name in CALLS:
            found.append(f"calls {name}")
        if name in ("yaml.load", "yaml.load_all") and "Safe" not in (named(call, "Loader") or ""):
            loader = named(call, "Loader") or ""
            if not _is_safe(tree, loader):
                found.append(f"{name} with {loader or 'no loader'}")
        if last in ("unsafe_load", "full_load"):
            found.append(f"calls {name}")
        if name == "torch.load" and named(call, "weights_only") != "True":
            found.append("torch.load without weights_only=True")
        if name in ("np.load", "numpy.load") and named(call, "allow_pickle") == "True":
            found.append("numpy.load with allow_pickle")
        if named(call, "trust_remote_code") == "True":
            found.append(f"{name} trusts remote code")
    return found


def _is_safe(tree: ast.Module, loader: str) -> bool:
    """Whether a loader's name is bound in the file to one of PyYAML's safe loaders, or to a class made from one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name == loader:
            return all("Safe" in ast.unparse(base) for base in node.bases)
        if isinstance(node, ast.Assign) and any(ast.unparse(t) == loader for t in node.targets):
            return "SafeLoader" in ast.unparse(node.value)
    return False


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_nothing_deserialises_code(path: Path) -> None:
    assert code_read_from_data(path) == []


@pytest.mark.parametrize(
    "line",
    [
        "import pickle",
        "from joblib import load",
        "import yaml; yaml.load(x, Loader=yaml.Loader)",
        "import yaml; yaml.load(x)",
        "import yaml; yaml.unsafe_load(x)",
        "import torch; torch.load(x)",
        "import torch; torch.load(x, weights_only=False)",
        "import numpy as np; np.load(x, allow_pickle=True)",
        "AutoModel.from_pretrained(x, trust_remote_code=True)",
        "eval(x)",
    ],
)
def test_the_check_sees_what_it_looks_for(tmp_path: Path, line: str) -> None:
    (tmp_path / "x.py").write_text(line)
    assert code_read_from_data(tmp_path / "x.py") != []


def test_the_bill_of_materials_names_every_library_and_its_licence(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "scripts" / "sbom.py"), str(tmp_path / "sbom.json")]
    subprocess.run(command, check=True, cwd=ROOT)
    bill = json.loads((tmp_path / "sbom.json").read_text(encoding="utf-8"))
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    parts = {part["name"]: part for part in bill["components"]}
    locked = {
        line.split("==")[0].lower().replace("_", "-").replace(".", "-"): line.split("==")[1]
        for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
        if "==" in line
    }
    assert {name: part["version"] for name, part in parts.items()} == locked
    assert all(part["purl"] == f"pkg:pypi/{name}@{part['version']}" for name, part in parts.items())
    licensed = sum(bool(part.get("licenses")) for part in parts.values())
    assert licensed > 0.8 * len(parts)


def test_the_bill_of_materials_is_the_same_each_time(tmp_path: Path) -> None:
    for name in ("a.json", "b.json"):
        subprocess.run([sys.executable, str(ROOT / "scripts" / "sbom.py"), str(tmp_path / name)], check=True, cwd=ROOT)
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()

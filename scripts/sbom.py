"""Writes the bill of materials of the locked libraries, CycloneDX 1.6 JSON: python scripts/sbom.py [FILE]

Names and versions are those of requirements.lock; licences and what needs what are read from the libraries installed
here. The same lock and the same libraries give the same file.
"""

from __future__ import annotations

import json
import re
import sys
import uuid
from hashlib import sha256
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LONGEST_LICENCE = 100  # characters; beyond, a library has put the whole text where its name belongs


def normal(name: str) -> str:
    """A distribution's name as the index writes it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked() -> dict[str, str]:
    """Version by name, from the lock."""
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    pairs = (line.partition("==") for line in lines if "==" in line and not line.startswith("#"))
    return {normal(name): version for name, _, version in pairs}


def installed(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def licences(found: Distribution | None) -> list[dict[str, Any]]:
    """The licence a library declares: its SPDX expression, else its classifiers, else a short free name."""
    if found is None:
        return []
    expression = found.metadata.get("License-Expression")
    if expression:
        return [{"expression": expression}]
    classifiers = [c.rpartition(" :: ")[2] for c in found.metadata.get_all("Classifier") or () if "License ::" in c]
    free = (found.metadata.get("License") or "").strip()
    names = classifiers or ([free] if 0 < len(free) <= LONGEST_LICENCE and "\n" not in free else [])
    return [{"license": {"name": name}} for name in sorted(set(names))]


def needs(found: Distribution | None, known: dict[str, str]) -> list[str]:
    """References of the locked libraries that a library asks for, its extras apart."""
    wanted = {
        normal(re.split(r"[\s;\[<>=!~(]", requirement, maxsplit=1)[0])
        for requirement in (found.requires or () if found is not None else ())
        if "extra ==" not in requirement
    }
    return [reference(name, known[name]) for name in sorted(wanted & known.keys())]


def reference(name: str, version: str) -> str:
    return f"pkg:pypi/{name}@{version}"


def bill() -> dict[str, Any]:
    """The CycloneDX document."""
    known = dict(sorted(locked().items()))
    lock = "\n".join(f"{name}=={version}" for name, version in known.items())
    serial = uuid.UUID(bytes=sha256(lock.encode()).digest()[:16], version=4)
    components, dependencies = [], []
    for name, version in known.items():
        found = installed(name)
        component: dict[str, Any] = {
            "type": "library",
            "bom-ref": reference(name, version),
            "name": name,
            "version": version,
            "purl": reference(name, version),
        }
        if said := licences(found):
            component["licenses"] = said
        components.append(component)
        dependencies.append({"ref": reference(name, version), "dependsOn": needs(found, known)})
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {"component": {"type": "application", "bom-ref": "guichet-ia", "name": "guichet-ia"}},
        "components": components,
        "dependencies": dependencies,
    }


def main() -> None:
    text = json.dumps(bill(), ensure_ascii=False, indent=1) + "\n"
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main()

"""How long `guichet match --companies` takes on 10,000 made-up companies: python benchmarks/companies.py [N] [--all]"""

from __future__ import annotations

import csv
import random
import sys
import tempfile
import time
from pathlib import Path

from ui.cli import main

TOWNS = ("Nantes", "Toulon", "Nice", "Toulouse", "Laval", "Albi", "Marseille", "Cholet", "Gap", "Lyon", "Rennes")
NEEDS = ("diagnostic", "financement", "formation", "cybersécurité", "recrutement", "export", "conseil", "", "données")
POSTCODES = ("44000", "83000", "6000", "31000", "53000", "75011", "49300", "")


def write(path: Path, n: int, seed: int = 7) -> None:
    """n companies of every size, sector and place; one line in a thousand without a name."""
    draw = random.Random(seed)  # noqa: S311
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, delimiter=";")
        out.writerow(["Raison sociale", "SIRET", "Code postal", "Ville", "Effectif", "Code NAF", "Besoin"])
        for number in range(n):
            name = f"Entreprise {number}" if number % 1000 else ""
            naf = f"{draw.randint(1, 96):02}.{draw.randint(10, 99)}Z"
            staff = str(int(draw.paretovariate(0.6))) if draw.random() < 0.95 else ""
            need = draw.choice(NEEDS)
            out.writerow([name, f"{number:014}", draw.choice(POSTCODES), draw.choice(TOWNS), staff, naf, need])


def run(n: int, extra: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "companies.csv"
        write(source, n)
        for name in ("fits.csv", "fits.xlsx"):
            start = time.perf_counter()
            status = main(["match", "--companies", str(source), "--out", str(Path(folder) / name), *extra])
            took = time.perf_counter() - start
            size = (Path(folder) / name).stat().st_size / 1e6
            print(f"{n} companies → {name}: {took:.1f} s, {size:.1f} MB, exit {status}")


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    run(numbers[0] if numbers else 10_000, [word for word in sys.argv[1:] if not word.isdigit()])

"""The page as a visitor meets it: from the address printed to the page drawn, and from a question to its first quotes.

python -m benchmarks.page [--index DIR] [--no-llm]: starts `guichet serve`, visits it in Debian's chromium, and asks one question
after the other. "Useful" is the answer made of quotes, with its sources, on the screen.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import subprocess
import sys
import time

from playwright.sync_api import Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
QUESTIONS = (
    "Je dirige une TPE de 4 personnes à Marseille : quelle aide pour m'équiper en IA ?",
    "Quel est le budget du plan IA de la Région Occitanie ?",
    "Qu'est-ce que DIVA et qui peut en bénéficier ?",
    "Quelles formations à l'IA pour les salariés d'une PME ?",
    "PME industrielle de 80 personnes près de Nantes, nous cherchons un diagnostic.",
    "Combien d'entreprises Parcours Sud Industrie a-t-il accompagnées ?",
    "Le diagnostic Move2Digital est-il gratuit ?",
    "Quels sont les partenaires du plan Sud IA ?",
    "Combien coûte un hélicoptère ?",
    "Quelle est la différence entre IA Booster et Mon assistant IA ?",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index")
    parser.add_argument("--no-llm", action="store_true")
    options = parser.parse_args()
    command = [sys.executable, "-c", "from ui.cli import main; main()", "serve", "--port", "0"]
    command += ["--index", options.index] if options.index else []
    command += ["--no-llm"] if options.no_llm else []
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            address = printed(server)
            printed_at = time.perf_counter()
            page = browser.new_page(locale="fr-FR")
            page.goto(address)
            page.wait_for_selector("#question textarea")
            ready = time.perf_counter() - printed_at
            useful, whole = zip(*(asked(page, text) for text in QUESTIONS), strict=True)
        finally:
            server.terminate()
    print(f"cores: {os.cpu_count()}, load: {os.getloadavg()[0]:.1f}")
    print(f"page ready after its address was printed: {ready:.2f} s")
    print(f"question to quotes on the page: median {statistics.median(useful):.2f} s, worst {max(useful):.2f} s")
    print(f"question to the answer kept: median {statistics.median(whole):.2f} s, worst {max(whole):.2f} s")


def printed(server: subprocess.Popen[str]) -> str:
    """The address that the server prints once it is ready."""
    assert server.stderr is not None
    for line in server.stderr:
        found = re.search(r"http://127\.0\.0\.1:\d+", line)
        if found:
            return found[0]
    raise SystemExit("the server ended before it was ready")


def asked(page: Page, text: str) -> tuple[float, float]:
    """Seconds from the press of the button to the quotes drawn, and to the answer kept; a new conversation each."""
    if page.locator("#current .answer").count():
        page.click("#restart")
        page.wait_for_selector(".welcome")
    page.fill("#question textarea", text)
    begun = time.perf_counter()
    page.click("#send")
    page.wait_for_selector("#current .answer", timeout=60_000)
    useful = time.perf_counter() - begun
    page.wait_for_selector("#current .foot", timeout=120_000)
    return useful, time.perf_counter() - begun


if __name__ == "__main__":
    main()

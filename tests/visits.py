"""A visitor of the page in a real browser: remembers every request, error and dialog; reads all that is shown."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = Path("/usr/bin/chromium")
PATIENCE_MS = 60_000  # for what a loaded machine does late
QUIET = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run"]
SAID = """() => {
  const texts = [document.title];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    if (node.nodeType === Node.TEXT_NODE) {
      if (!node.parentElement.closest("script, style, template, body [lang]"))
        texts.push(node.textContent);
    } else for (const name of ["aria-label", "title", "placeholder", "alt", "aria-description", "data-label"])
      if (node.hasAttribute(name) && !node.closest("body [lang]"))
        texts.push(node.getAttribute(name));
  }
  return texts.map((text) => text.trim()).filter(Boolean);
}"""


class Visit:
    """A visitor's own browser context, on a page in French unless `path` says otherwise."""

    def __init__(self, browser: Browser, address: str, path: str = "/", **context: Any) -> None:
        self._context = browser.new_context(**{"locale": "fr-FR", **context})
        self._context.set_default_timeout(PATIENCE_MS)
        self.page: Page = self._context.new_page()
        self.requests: list[str] = []
        self.errors: list[str] = []
        self.dialogs: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        self.page.on("dialog", lambda dialog: (self.dialogs.append(dialog.message), dialog.dismiss()))
        self.page.goto(address + path)
        self.page.wait_for_selector("#question textarea", state="attached")  # on its page, whichever is open

    def ask(self, text: str) -> None:
        self.page.fill("#question textarea", text)
        self.page.press("#question textarea", "Enter")

    def answered(self) -> None:
        self.page.wait_for_selector("#current .answer .copy")

    def tab(self, number: int) -> None:
        self.page.locator("#pages [role=tab]:visible").nth(number).click()

    def said(self) -> list[str]:
        """Every text, label, title and placeholder of the page, hidden ones too, but what comes from documents."""
        texts: list[str] = self.page.evaluate(SAID)
        return texts

    def photograph(self, name: str) -> None:
        """Leaves a screenshot in the folder GUICHET_SCREENSHOTS, where there is one."""
        folder = os.environ.get("GUICHET_SCREENSHOTS")
        if folder:
            self.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)

    def close(self) -> None:
        self._context.close()

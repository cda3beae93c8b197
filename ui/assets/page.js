// The page's own behaviour: open a source in the panel, ask a question from a button, copy an answer.
// Nodes are copied as nodes; no text ever becomes HTML here.
"use strict";
(() => {
  // Gradio speaks the language of the browser; here it speaks that of the page.
  const language = document.documentElement.lang;
  Object.defineProperty(navigator, "language", { get: () => language });
  Object.defineProperty(navigator, "languages", { get: () => [language] });

  const find = (selector) => document.querySelector(selector);
  const said = (name) => find("#words")?.dataset[name] ?? "";
  let opener = null;

  function openSource(button) {
    const source = document.getElementById(button.dataset.source);
    const body = find("#panel-body");
    if (!source || !body) return;
    document.querySelectorAll(".cite.open").forEach((other) => other.classList.remove("open"));
    const copy = source.cloneNode(true);
    copy.removeAttribute("id");
    copy.hidden = false;
    body.replaceChildren(copy);
    find("#panel-empty").hidden = true;
    find("#panel-close").hidden = false;
    find("#panel").classList.add("open");
    button.classList.add("open");
    opener = button;
    copy.querySelector("h3").focus({ preventScroll: true });
    const mark = copy.querySelector("mark");
    if (mark) body.scrollTop = Math.max(0, mark.offsetTop - body.offsetTop - 60);
  }

  function closeSource(back = true) {
    const panel = find("#panel");
    if (!panel || !panel.classList.contains("open")) return;
    panel.classList.remove("open");
    find("#panel-body").replaceChildren();
    find("#panel-empty").hidden = false;
    find("#panel-close").hidden = true;
    document.querySelectorAll(".cite.open").forEach((button) => button.classList.remove("open"));
    if (back && opener && opener.isConnected) opener.focus();
    opener = null;
  }

  function ask(text) {
    const tab = find("#pages [role=tab]"); // the first page
    if (tab && tab.getAttribute("aria-selected") !== "true") tab.click();
    setTimeout(() => {
      const box = find("#question textarea");
      box.value = text;
      box.dispatchEvent(new Event("input", { bubbles: true }));
      setTimeout(() => find("#send").click(), 120);
      box.focus();
    }, 60);
  }

  async function copy(button) {
    await navigator.clipboard.writeText(button.dataset.copy);
    const label = button.textContent;
    button.textContent = said("copied");
    setTimeout(() => { button.textContent = label; }, 2000);
  }

  function openOrganisation() {
    const toggle = find("#organisation button");
    if (toggle && !find("#organisation input, #organisation textarea")?.offsetParent) toggle.click();
    setTimeout(() => find("#organisation input, #organisation textarea")?.focus(), 150);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button");
    if (!button) return;
    if (button.dataset.source) openSource(button);
    else if (button.dataset.ask) ask(button.dataset.ask);
    else if (button.dataset.copy) copy(button);
    else if (button.dataset.open) openOrganisation();
    else if (button.id === "panel-close") closeSource();
    else if (button.id === "restart") closeSource();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeSource();
  });

  // A new question comes into view; the answer that grows below it does not move the reader.
  let asked = "";
  function follow() {
    const now = find("#current .asked");
    const number = now ? `${now.dataset.number} ${now.innerText}` : "";
    if (number === asked) return;
    asked = number;
    closeSource(false); // the source of an answer never stands beside the next one
    if (now) now.scrollIntoView({ block: "start", behavior: "smooth" });
  }

  // Gradio draws the page after it has loaded: regions that change are announced once they exist.
  const LIVE = { "#current": ["log", "answer"], "#steps": ["status", "steps"] };
  function prepare() {
    for (const [selector, [role, label]] of Object.entries(LIVE)) {
      const region = find(selector);
      if (region && find("#words") && !region.hasAttribute("role")) {
        region.setAttribute("role", role);
        region.setAttribute("aria-live", "polite");
        region.setAttribute("aria-label", said(label));
      }
    }
    find('[aria-label="More tabs"]')?.setAttribute("aria-label", said("more")); // English in every language
    if (document.documentElement.lang !== language) document.documentElement.lang = language;
  }
  new MutationObserver(() => { prepare(); follow(); }).observe(document.documentElement, { childList: true, subtree: true });
  prepare();
})();

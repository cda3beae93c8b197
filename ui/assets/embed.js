// The assistant on another site: <script src="https://…/guichet/embed.js" data-lang="fr" defer></script>
// A button at the corner; the page is asked for at its first press and not before. Nothing is read of the host's page,
// and nothing of its visitor is sent. data-lang: fr or en; data-label: the words of the button; data-side: left or right.
"use strict";
(() => {
  const script = document.currentScript;
  if (!script || document.getElementById("guichet-ia-panneau")) return;
  const { lang = "fr", label, side } = script.dataset;
  const english = lang === "en";
  const said = english
    ? { open: "Ask about AI support", close: "Close", title: "Guichet IA, the assistant on public support for AI" }
    : { open: "Une question sur les aides à l'IA ?", close: "Fermer", title: "Guichet IA, l'assistant des aides à l'IA" };
  const address = new URL(english ? "/en/" : "/", script.src).href;

  const host = document.createElement("div");
  host.id = "guichet-ia-panneau";
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet(); // allowed whatever the host's policy says of inline styles
  sheet.replaceSync(`
    :host { all: initial; }
    button { font: 600 1rem/1.2 system-ui, sans-serif; color: #fff; background: #1b3a8a; border: 0; cursor: pointer; }
    button:focus-visible { outline: 3px solid #ffb000; outline-offset: 2px; }
    .open { position: fixed; bottom: 1rem; ${side === "left" ? "left" : "right"}: 1rem; z-index: 2147483000;
      max-width: calc(100vw - 2rem); padding: .8rem 1.2rem; border-radius: 2rem; box-shadow: 0 2px 12px #0004; }
    .panel { position: fixed; bottom: 1rem; ${side === "left" ? "left" : "right"}: 1rem; z-index: 2147483001;
      width: min(30rem, calc(100vw - 2rem)); height: min(46rem, calc(100vh - 2rem)); display: flex; flex-direction: column;
      background: #fff; border: 1px solid #1b3a8a; border-radius: .6rem; overflow: hidden; box-shadow: 0 4px 24px #0006; }
    .close { padding: .6rem 1rem; text-align: right; }
    iframe { flex: 1; width: 100%; border: 0; }
    [hidden] { display: none; }
    @media (max-width: 40rem) { .panel { inset: 0; width: 100%; height: 100%; border-radius: 0; } }`);
  root.adoptedStyleSheets = [sheet];

  const opener = document.createElement("button");
  opener.className = "open";
  opener.type = "button";
  opener.textContent = label || said.open;
  opener.setAttribute("aria-expanded", "false");
  const panel = document.createElement("div");
  panel.className = "panel";
  panel.hidden = true;
  panel.setAttribute("role", "dialog");
  panel.setAttribute("aria-label", said.title);
  const closer = document.createElement("button");
  closer.className = "close";
  closer.type = "button";
  closer.textContent = said.close;
  panel.append(closer);
  host.lang = english ? "en" : "fr";
  root.append(opener, panel);

  function open() {
    if (!panel.querySelector("iframe")) {
      const frame = document.createElement("iframe");
      frame.title = said.title;
      frame.referrerPolicy = "no-referrer";
      // it may not move the host's page; its sources open in a tab of their own
      const may = ["scripts", "same-origin", "forms", "downloads", "popups", "popups-to-escape-sandbox"];
      frame.setAttribute("sandbox", may.map((word) => `allow-${word}`).join(" "));
      frame.allow = "clipboard-write";
      frame.src = address;
      panel.append(frame);
    }
    panel.hidden = false;
    opener.hidden = true;
    opener.setAttribute("aria-expanded", "true");
    closer.focus();
  }

  function close() {
    panel.hidden = true;
    opener.hidden = false;
    opener.setAttribute("aria-expanded", "false");
    opener.focus();
  }

  opener.addEventListener("click", open);
  closer.addEventListener("click", close);
  panel.addEventListener("keydown", (event) => event.key === "Escape" && close());
  const place = () => document.body.append(host);
  if (document.body) place();
  else document.addEventListener("DOMContentLoaded", place, { once: true });
})();

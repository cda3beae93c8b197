// The page's own behaviour: open a source in the panel, ask a question or give an order from a button, copy an answer.
// Nodes are copied as nodes; no text ever becomes HTML here.
"use strict";
(() => {
  // Gradio speaks the language of the browser; here it speaks that of the page.
  const language = document.documentElement.lang;
  Object.defineProperty(navigator, "language", { get: () => language });
  Object.defineProperty(navigator, "languages", { get: () => [language] });

  const find = (selector) => document.querySelector(selector);
  const said = (name) => find("#words")?.dataset[name] ?? "";
  const gently = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth");
  const field = (id) => find(`#${id} textarea, #${id} input`);
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
    const from = mark ? mark.offsetTop - body.offsetTop : 0;
    body.scrollTop = mark && from + mark.offsetHeight > body.clientHeight ? from - 60 : 0; // the title stays where it can
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

  function write(id, text) {
    const box = field(id);
    box.value = text;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // Writes in a field of Gradio's and presses its button, once it has heard of the text.
  function submit(id, text, button) {
    write(id, text);
    setTimeout(() => find(`#${button}`).click());
  }

  function ask(text) {
    const tab = find("#pages [role=tab]"); // the first page
    if (tab && tab.getAttribute("aria-selected") !== "true") tab.click();
    setTimeout(() => {
      submit("question", text, "send");
      restFocus();
    });
  }

  // The button that gave an order goes with the answer it stood in: the focus is put where it will stay.
  function order(text) {
    closeSource(false);
    submit("command", text, "do");
    restFocus(text === "edit");
  }

  function restFocus(always = false) {
    if (always || matchMedia("(pointer: fine)").matches) field("question").focus({ preventScroll: true });
  }

  async function copy(button) {
    const text = button.dataset.copy;
    if (navigator.clipboard) await navigator.clipboard.writeText(text);
    else {
      const area = document.createElement("textarea"); // the clipboard is closed to a page served without TLS
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
      button.focus();
    }
    const label = button.textContent;
    button.textContent = said("copied");
    setTimeout(() => { button.textContent = label; }, 2000);
  }

  // A part of the company to correct, from what is understood of it: in the form of the page that the button stands in.
  function openPart(name, button) {
    if (button.closest("#results")) {
      const own = field(`aid-${name}`);
      own?.scrollIntoView({ block: "center" });
      own?.focus();
      return;
    }
    const toggle = find("#organisation > button, #organisation button");
    if (toggle && !field(`own-${name}`)?.offsetParent) toggle.click();
    correct(`own-${name}`, button.dataset.understood ?? "");
  }

  // The field, once Gradio has drawn it and hears of it, with its text chosen: a key replaces it, an arrow changes it.
  function correct(id, understood, tries = 100) {
    setTimeout(() => {
      const box = field(id);
      if (!box?.offsetParent) {
        if (tries) correct(id, understood, tries - 1);
        return;
      }
      if (understood && !box.value) write(id, understood);
      box.focus();
      box.select();
    }, 50);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button");
    if (!button) return;
    const { source, ask: question, copy: text, open, do: command, choose } = button.dataset;
    if (source) openSource(button);
    else if (question) ask(question);
    else if (text) copy(button);
    else if (open) openPart(open, button);
    else if (command) order(command);
    else if (choose) submit("choice", choose, "choose");
    else if (button.id === "panel-close") closeSource();
    else if (button.id.endsWith("-stop")) find(`#${button.id.replace("-stop", "-start")}`).focus(); // it goes with the work
    else if (button.id === "restart" || button.id === "stop") {
      if (button.id === "restart") {
        closeSource(false);
        write("question", "");
      }
      ending = { done: button.id === "restart" ? begun : () => !writing(), text: null };
      restFocus();
    }
  });

  // A conversation that begins anew, or an answer that is stopped, takes the server a moment, in which whatever is asked
  // would be stopped too, or not be heard: it is asked once that is done. A question asked while an answer is being
  // written, which Gradio would leave unheard, stops that writing and comes after it.
  let ending = null;
  let cancelling = 0; // requests of Gradio's to stop an answer
  const SLOW_MS = 8000;
  const writing = () => find("#steps .now");
  const begun = () => find("#thread .welcome") && !find("#current .asked");

  document.addEventListener("guichet-restoring", () => { // of a conversation found again (kept.js)
    ending = { done: () => find("#current .asked") || find("#steps .notice"), text: null };
  });

  function hold(event) {
    const asks = event.type === "click"
      ? event.target.closest?.("#send")
      : event.key === "Enter" && !event.shiftKey && !event.isComposing && event.target.closest?.("#question");
    if (!asks || !field("question").value.trim()) return;
    if (ending?.done() && !cancelling) ending = null;
    if (!ending && writing()) find("#stop").click(); // which begins an ending
    if (!ending) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (ending.text === null) setTimeout(release, SLOW_MS, ending); // whatever became of it
    ending.text = field("question").value;
  }

  function release(late) {
    if (!ending || (late ? late !== ending : cancelling || !ending.done())) return;
    const { text } = ending;
    ending = null;
    if (text) submit("question", text, "send");
  }

  const reach = window.fetch;
  window.fetch = (...given) => {
    const answer = reach.apply(window, given);
    if (!/\/gradio_api\/(cancel|reset)$/.test(new URL(given[0]?.url ?? given[0], location.href).pathname)) return answer;
    cancelling += 1;
    return answer.finally(() => {
      cancelling -= 1;
      setTimeout(release); // once Gradio knows of it too
    });
  };
  document.addEventListener("click", hold, true);
  document.addEventListener("keydown", hold, true);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeSource();
    if (event.target.matches?.("[role=tab]")) moveTab(event);
  });

  // The arrows go from page to page, as in any list of tabs; Gradio leaves that out.
  function moveTab(event) {
    const tabs = [...event.target.parentElement.querySelectorAll("[role=tab]")];
    const here = tabs.indexOf(event.target);
    const there = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (there === undefined) return;
    event.preventDefault();
    const tab = tabs[(there + tabs.length) % tabs.length];
    tab.focus();
    tab.click();
  }

  // A new question comes into view; the answer that grows below it does not move the reader.
  let asked = "";
  function follow() {
    const now = find("#current .asked");
    const number = now ? `${now.dataset.number} ${now.innerText}` : "";
    if (number === asked) return;
    asked = number;
    closeSource(false); // the source of an answer never stands beside the next one
    if (now) now.scrollIntoView({ block: "start", behavior: gently() });
  }

  // The aids found come into view where the form hides them.
  let looking = false;
  document.addEventListener("click", (event) => { if (event.target.closest?.("#find")) looking = true; });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches?.("#aid-project textarea, [id^=aid-] input")) looking = true;
  });
  function bring(changes) {
    const results = find("#results");
    if (!looking || !changes.some((change) => results?.contains(change.target)) || !results.querySelector(".count, .notice")) return;
    looking = false;
    if (results.getBoundingClientRect().top > innerHeight * 0.5) results.scrollIntoView({ block: "start", behavior: gently() });
  }

  // Gradio does not tell a screen reader whether what a button unfolds is unfolded.
  function unfolded(toggle) {
    toggle.setAttribute("aria-expanded", String(toggle.classList.contains("open")));
  }
  document.addEventListener("click", (event) => {
    const toggle = event.target.closest?.("button.label-wrap");
    if (toggle) setTimeout(unfolded, 0, toggle);
  });

  // Gradio draws the page after it has loaded: regions that change are announced once they exist.
  // They are inside Gradio's blocks, which say how long they waited, in English, beside what they show.
  const LIVE = { "#said .html-container": ["log", "answer"] };
  const ENGLISH = { "More tabs": "more", "Loading response": "answer" }; // labels that Gradio has in English only
  function prepare() {
    if (document.documentElement.lang !== language) document.documentElement.lang = language;
    if (!find("#words")) return;
    for (const [selector, [role, label]] of Object.entries(LIVE)) {
      const region = find(selector);
      if (region && !region.hasAttribute("role")) {
        region.setAttribute("role", role);
        region.setAttribute("aria-live", "polite");
        region.setAttribute("aria-label", said(label));
      }
    }
    for (const [english, name] of Object.entries(ENGLISH))
      find(`[aria-label="${english}"]`)?.setAttribute("aria-label", said(name));
    for (const toggle of document.querySelectorAll("button.label-wrap")) unfolded(toggle);
    for (const toast of document.querySelectorAll(".toast-body:not([data-said])")) {
      toast.dataset.said = "";
      toast.querySelectorAll(".toast-text, .toast-title").forEach((part) => {
        if (/busy/i.test(part.textContent)) part.textContent = said("full");
        else if (/connection|timed out|not? available|could not/i.test(part.textContent)) part.textContent = said("lost");
        else if (part.textContent.trim() === "Error") part.textContent = said(part.matches(".toast-title") ? "error" : "failed");
      });
    }
  }
  new MutationObserver((changes) => { prepare(); follow(); release(); bring(changes); }).observe(document.documentElement, { childList: true, subtree: true });
  prepare();
})();

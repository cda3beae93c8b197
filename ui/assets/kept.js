// The conversation, what is written in the fields and what is ticked stay in this tab of the browser: found again after
// the other language, the page of the documents or a reload; gone with the tab, or with "Nouvelle conversation".
// What comes back is text, put in fields: the service, which signed the conversation, reads it as anything sent to it.
"use strict";
(() => {
  const PLACE = "guichet";
  const MOST = 160_000; // characters of one text; the service signs none longer than 150 000
  const OWN = ["own-region", "own-size", "own-sector", "own-need"];
  const AID = ["aid-region", "aid-size", "aid-sector", "aid-need", "aid-project"];
  const TALK = ["conversation", "question"];
  const FIELDS = [...TALK, ...OWN, ...AID, "picked"];
  const find = (selector) => document.querySelector(selector);
  const field = (name) => find(`#${name} :is(textarea, input)`);
  const waiting = stored(); // what was found again and is not yet back in its place
  let unfolded = false;

  // Texts by field, and whether aids were shown; nothing else that may stand there is looked at.
  function stored() {
    let found;
    try {
      found = JSON.parse(sessionStorage.getItem(PLACE)) ?? {};
    } catch {
      return {}; // a browser that closes its storage, or what is not ours: the page begins anew
    }
    const known = [...FIELDS, "found"].filter((name) => typeof found[name] === "string");
    return Object.fromEntries(known.map((name) => [name, found[name]]).filter(([, text]) => text && text.length <= MOST));
  }

  function keep() {
    const now = {};
    for (const name of FIELDS) now[name] = waiting[name] ?? field(name)?.value ?? "";
    now.found = waiting.found ?? (find("#results .count") ? "yes" : "");
    // a question left before its first quotes came goes back to its box
    if (!now.question && find("#steps .now") && !find("#current .answer"))
      now.question = find("#current .asked p")?.lastChild.textContent ?? "";
    try {
      if (FIELDS.some((name) => now[name])) sessionStorage.setItem(PLACE, JSON.stringify(now));
      else sessionStorage.removeItem(PLACE);
    } catch { /* a browser that closes its storage: nothing stays, as it wishes */ }
  }

  function write(name, text) {
    const box = field(name);
    box.value = text;
    box.dispatchEvent(new Event("input", { bubbles: true })); // Gradio hears of the text
    delete waiting[name];
  }

  const back = (names) => names.forEach((name) => { if (waiting[name] !== undefined) write(name, waiting[name]); });
  const some = (names) => names.some((name) => waiting[name] !== undefined);

  // The command of the page, once Gradio has heard of what was written.
  function order(box, text, button) {
    setTimeout(() => {
      write(box, text);
      setTimeout(() => press(button));
    });
  }

  // Gradio may not have drawn the button yet, on a machine that is busy.
  function press(button) {
    const drawnOne = find(`#${button}`);
    if (drawnOne) drawnOne.click();
    else setTimeout(() => press(button), 50);
  }

  // Fields that Gradio has just drawn hear nothing yet: they are written in a moment later.
  let drawn = false;
  let soon = false;
  function restore() {
    if (!drawn || soon) return;
    soon = true;
    setTimeout(() => {
      soon = false;
      restoreTalk();
      restoreAid();
    });
  }

  function restoreTalk() {
    if (!some([...TALK, ...OWN, "picked"])) return;
    if (some(OWN) && !field(OWN[0])) {
      const fold = find("#organisation button.label-wrap");
      if (fold && !unfolded) {
        fold.click();
        unfolded = true;
      }
      return; // until they are drawn
    }
    if (waiting.conversation) document.dispatchEvent(new Event("guichet-restoring"));
    const asked = some(["conversation", ...OWN]);
    back([...TALK, ...OWN, "picked"]);
    if (asked) order("command", "restore", "do");
  }

  // Gradio draws this form when its page is first opened.
  function restoreAid() {
    if (!some(AID) || !field(AID[0])) return;
    back(AID);
    if (waiting.found) order("choice", "", "choose");
    delete waiting.found;
  }

  // A new conversation leaves nothing of the visitor before, on any page; what the service still has to say comes after.
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("#restart")) return;
    for (const name of [...FIELDS, "found"]) {
      delete waiting[name];
      if (field(name)) write(name, "");
    }
    keep();
  });
  addEventListener("pagehide", keep);
  document.addEventListener("visibilitychange", () => { if (document.hidden) keep(); });
  // A page that the browser kept whole and shows again, though the conversation went on, or was erased, in another.
  addEventListener("pageshow", (event) => {
    const here = field("conversation");
    if (event.persisted && here && here.value !== (stored().conversation ?? "")) location.reload();
  });
  document.addEventListener("guichet-drawn", () => { // said by Gradio, once (ui/pages/frame.py)
    drawn = true;
    restore();
  });
  new MutationObserver(restore).observe(document.documentElement, { childList: true, subtree: true });
})();

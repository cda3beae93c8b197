// The image of a cited page: the boxed quote comes into view in the panel, and what is said beside the image when it
// cannot be shown, or when the quote was not found on it.
"use strict";
(() => {
  const say = (image, name) => {
    const note = image.closest("figure.page-view")?.querySelector(`[data-when="${name}"]`);
    if (note) note.hidden = false;
  };
  const ours = (event) => event.target instanceof HTMLImageElement && event.target.closest("figure.page-view");

  document.addEventListener("error", (event) => {
    if (!ours(event)) return;
    event.target.closest("a").hidden = true;
    say(event.target, "not_drawn");
  }, true); // these events do not bubble

  document.addEventListener("load", async (event) => {
    if (!ours(event)) return;
    const image = event.target;
    const answer = await fetch(image.src, { cache: "force-cache" });
    const note = { "not-found": "not_boxed", "in-part": "boxed_in_part" }[answer.headers.get("x-quote")];
    if (note) say(image, note);
    const at = answer.headers.get("x-quote-at");
    if (at) bring(image, ...at.split(" ").map(Number));
  }, true);

  // As little as shows the whole box, from its beginning: the text above stays where it can. Never under a reader's hand.
  const AIR = 24; // pixels around the box
  const handled = new WeakSet(); // sources that their reader moved in
  const gently = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth");
  function bring(image, top, bottom) {
    const panel = image.closest("#panel-body, #place-body");
    if (!panel || handled.has(image.closest("article"))) return;
    const page = image.getBoundingClientRect();
    const view = panel.getBoundingClientRect();
    const from = page.top + top * page.height - view.top - AIR;
    const to = page.top + bottom * page.height - view.top + AIR - panel.clientHeight;
    const by = Math.min(from, to);
    if (by > 0) panel.scrollBy({ top: by, behavior: gently() });
  }
  for (const kind of ["wheel", "touchmove", "keydown", "pointerdown"]) {
    document.addEventListener(kind, (event) => {
      const source = event.target.closest?.("#panel-body > article, #place-body > article");
      if (source) handled.add(source);
    }, { capture: true, passive: true });
  }
})();

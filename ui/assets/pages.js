// The image of a cited page: what is said beside it when it cannot be shown, or when the quote was not found on it.
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
  }, true);
})();

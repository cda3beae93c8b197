// What stands around the pages: their landmarks, the title of the window, the step that is read aloud.
"use strict";
(() => {
  const find = (selector) => document.querySelector(selector);
  const tabs = () => [...document.querySelectorAll("#pages [role=tab]")];
  const brand = "Guichet IA";

  // Gradio puts all that we write into its one <main>: the head and the foot of the page stand beside it.
  function landmarks() {
    const main = find("main");
    if (main?.contains(find("#banner"))) main.before(find("#banner"));
    if (main?.contains(find("#foot"))) main.after(find("#foot"));
    const bar = find("#pages .tab-wrapper");
    if (!bar || !find("#words") || bar.hasAttribute("role")) return;
    bar.setAttribute("role", "navigation");
    bar.setAttribute("aria-label", find("#words").dataset.pages);
  }

  // The step under way is read aloud where it lasts, without those that are done.
  let telling = 0;
  function tell() {
    clearTimeout(telling);
    telling = setTimeout(() => {
      const told = find("#told");
      const now = find("#steps :is(.now, .notice:not([role=alert]))")?.textContent ?? "";
      if (told && told.textContent !== now) told.textContent = now;
    }, 400);
  }

  // The title of the window names the page that is open.
  document.addEventListener("click", (event) => {
    const tab = event.target.closest?.("#pages [role=tab]");
    if (tab) document.title = tab === tabs()[0] ? brand : `${tab.textContent.trim()} · ${brand}`;
  });

  new MutationObserver(() => {
    landmarks();
    tell();
  }).observe(document.documentElement, { childList: true, subtree: true });
})();

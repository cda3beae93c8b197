// Schemes ticked in the catalogue: their identifiers stand in a hidden box, which the page listens to.
"use strict";
(() => {
  const find = (selector) => document.querySelector(selector);
  const gently = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth");
  const box = () => find("#picked :is(textarea, input)");

  function write(ids) {
    box().value = ids.join(",");
    box().dispatchEvent(new Event("input", { bubbles: true }));
  }

  // Whoever writes in the box: a tick, a chip, a conversation found again or begun anew (kept.js).
  document.addEventListener("input", (event) => {
    if (event.target === box())
      for (const tick of document.querySelectorAll("[data-pick]")) tick.checked = chosen().includes(tick.dataset.pick);
  });

  function chosen() {
    return box().value.split(",").filter(Boolean);
  }

  document.addEventListener("change", (event) => {
    const id = event.target.dataset?.pick;
    if (id) write(event.target.checked ? [...chosen(), id] : chosen().filter((other) => other !== id));
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button");
    if (button?.dataset.unpick) {
      write(button.dataset.unpick === "*" ? [] : chosen().filter((id) => id !== button.dataset.unpick));
      find("#compare").focus(); // the button pressed is about to go
    } else if (button?.dataset.close === "comparison") {
      button.closest(".comparison").remove();
      find("#compare").focus();
    }
  });

  // A comparison that has just come takes the focus; a file that is ready starts by itself, and stays as a link.
  const met = new WeakSet();
  new MutationObserver((changes) => {
    // Gradio reuses boxes when fiches change, and a box that was pressed ignores its attribute
    if (box() && changes.some((change) => change.target.closest?.("#catalogue")))
      for (const tick of document.querySelectorAll("[data-pick]")) tick.checked = chosen().includes(tick.dataset.pick);
    const title = find("#compared");
    if (title && !met.has(title)) {
      met.add(title);
      title.focus({ preventScroll: true });
      title.scrollIntoView({ block: "start", behavior: gently() });
    }
    for (const link of document.querySelectorAll(".ready a.fetch")) {
      if (!met.has(link)) {
        met.add(link);
        link.click();
      }
    }
  }).observe(document.documentElement, { childList: true, subtree: true });
})();

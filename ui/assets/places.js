// The source of a fact of the catalogue: asked of the server by a press of its button, shown in a box over the page.
// Nodes are copied as nodes; no text ever becomes HTML here.
"use strict";
(() => {
  const find = (selector) => document.querySelector(selector);
  const came = () => find("#place-found article");
  let wanted = null; // the order that has not been answered yet

  function ask(order) {
    wanted = order;
    if (came()?.dataset.opened === order) return show();
    const box = find("#place-asked :is(textarea, input)");
    box.value = order;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    setTimeout(() => find("#place-find").click()); // once Gradio has heard of the text
  }

  function show() {
    wanted = null;
    const copy = came().cloneNode(true);
    find("#place-body").replaceChildren(copy);
    if (!find("#place").open) find("#place").showModal(); // the focus goes back where it was, once it is closed
    (copy.querySelector("h3") ?? find("#place-close")).focus();
    find("#place-body").scrollTop = 0;
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button");
    if (button?.dataset.place) ask(button.dataset.place);
    else if (button?.id === "place-close" || event.target.id === "place") find("#place").close(); // or beside the box
  });
  new MutationObserver(() => {
    if (wanted && came()?.dataset.opened === wanted) show();
  }).observe(document.documentElement, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-opened"] });
})();

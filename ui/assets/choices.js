// Lists to choose from. A field that offers a list as one types (ARIA combobox, list autocomplete). Whatever is typed may stay: the list only helps.
// Every key is dealt with as it comes, so that a fast hand never leaves the field before its choice is made.
"use strict";
(() => {
  const MOST = 60; // options drawn at once; the rest comes by typing more
  const known = new WeakSet();

  // "Saint-Étienne" and "st etienne" alike: without case, accents, marks.
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/œ/g, "oe")
    .replace(/[^a-z0-9]+/g, " ").trim().replace(/\bst(e?)\b/g, "saint$1");

  // Those that begin so, then those of which a word does.
  function matching(options, text) {
    const wanted = fold(text);
    if (!wanted) return options;
    const begin = options.filter((option) => option.folded.startsWith(wanted));
    return [...begin, ...options.filter((option) => !begin.includes(option) && ` ${option.folded}`.includes(` ${wanted}`))];
  }

  function dress(input, id, words) {
    const options = words.content.textContent.split("\n").filter(Boolean).map((text) => ({ text, folded: fold(text) }));
    const place = document.getElementById(id);
    const list = document.createElement("ul");
    const count = document.createElement("span");
    let active = -1;

    Object.assign(list, { id: `${id}-list`, className: "choices", hidden: true });
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", words.dataset.label);
    count.className = "sr-only";
    count.setAttribute("role", "status");
    place.classList.add("with-choices");
    place.append(list, count);
    const attributes = { role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id };
    for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);

    const shut = () => show([]);

    function show(found) {
      active = -1;
      list.replaceChildren(...found.slice(0, MOST).map((option, number) => {
        const line = document.createElement("li");
        line.id = `${list.id}-${number}`;
        line.setAttribute("role", "option");
        line.setAttribute("aria-selected", "false");
        line.textContent = option.text; // never markup
        return line;
      }));
      list.hidden = !found.length;
      list.scrollTop = 0;
      list.scrollIntoView?.({ block: "nearest" });
      input.setAttribute("aria-expanded", String(!list.hidden));
      input.removeAttribute("aria-activedescendant");
    }

    function offer(text) {
      const found = matching(options, text);
      show(found.length === 1 && found[0].text === text ? [] : found);
      const told = list.hidden ? "" : words.dataset[found.length > 1 ? "many" : "one"];
      count.textContent = told.replace("{n}", found.length).replace("{text}", () => found[0].text);
    }

    function move(step) {
      const lines = [...list.children];
      lines[active]?.setAttribute("aria-selected", "false");
      active = active < 0 && step < 0 ? lines.length - 1 : (active + step + lines.length) % lines.length;
      lines[active].setAttribute("aria-selected", "true");
      lines[active].scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", lines[active].id);
    }

    function choose(line) {
      input.value = line.textContent;
      input.dispatchEvent(new Event("input", { bubbles: true })); // Gradio hears of the text
      shut();
    }

    input.addEventListener("input", (event) => { if (event.isTrusted) offer(input.value); });
    input.addEventListener("click", () => { if (list.hidden) offer(""); });
    input.addEventListener("blur", shut);
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) {
        if (list.hidden) offer(input.value);
        if (list.hidden) offer(""); // what stands there is chosen already: all the others
        if (!list.hidden) move(step);
      } else if (event.key === "Enter" && active >= 0) choose(list.children[active]);
      else if (event.key === "Enter" && list.children.length === 1) choose(list.children[0]); // the only one left
      else if (event.key === "Escape" && !list.hidden) shut();
      else {
        if (event.key === "Tab" && active >= 0) choose(list.children[active]);
        else if (event.key === "Enter") shut();
        return;
      }
      event.preventDefault();
      event.stopPropagation();
    }, true); // before Gradio, for which Enter sends the form
    list.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays in the field
    list.addEventListener("click", (event) => { if (event.target.matches("li")) choose(event.target); });
  }

  // A menu of the browser's own tells the hidden box that Gradio reads.
  function tell(select) {
    const box = document.querySelector(`#${select.dataset.menu} :is(textarea, input)`);
    box.value = select.value;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }
  document.addEventListener("change", (event) => { if (event.target.dataset?.menu) tell(event.target); });
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("#clear-filters"))
      for (const select of document.querySelectorAll(".filters select")) select.selectedIndex = 0;
  });

  new MutationObserver(() => {
    for (const words of document.querySelectorAll("template[data-fields]"))
      for (const id of words.dataset.fields.split(" ")) {
        const input = document.querySelector(`#${id} input`);
        if (!input || known.has(input)) continue;
        known.add(input);
        dress(input, id, words);
      }
  }).observe(document.documentElement, { childList: true, subtree: true });
})();

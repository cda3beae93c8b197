// The address of the page: the one that is open has its own, to reload, to keep, to give; Back goes to the one before.
// All are one document: what is written and shown stays. A fiche of the catalogue, a part of a page, is its fragment;
// what the catalogue is filtered by is its query, which says the same in both languages.
"use strict";
(() => {
  const find = (selector) => document.querySelector(selector);
  const tabs = () => [...document.querySelectorAll("#pages [role=tab]")];
  const language = document.documentElement.lang;
  const ways = (code) => find("#addresses").dataset[code].split(" ");
  const numberOf = (path) => ways(language).indexOf(path);
  const framed = window !== window.top; // on another site, whose own Back is not ours
  const CATALOGUE = 2; // its place among the pages
  const MENUS = { territoire: "region", public: "audience", besoin: "need", nature: "kind", etat: "state" };
  const WORDS = "mots";
  const RESTS_MS = 300;
  const gently = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth");
  let told = location.pathname; // the page whose address is shown
  let wanted = null; // a part of a page that is not drawn yet
  let filters = null; // the same for what the catalogue is filtered by
  let unfolded = null; // the fiche that was open before the list is drawn anew

  // What is shown is given its address; `replacing` where it is no step of the visitor's.
  function tell(number, part = "", replacing = framed) {
    const path = ways(language)[number];
    const query = number === CATALOGUE ? filtered() : "";
    if (path === told && location.hash === part && location.search === query) return;
    told = path;
    history[replacing ? "replaceState" : "pushState"](null, "", path + query + part);
    others(number);
  }

  // The fields of the catalogue that narrow it, by their names in its address.
  function narrowing() {
    const fields = Object.entries(MENUS).map(([name, menu]) => [name, find(`#filter-${menu}-select`)]);
    return [...fields, [WORDS, find("#search :is(input, textarea)")]].filter(([, field]) => field);
  }

  // Whether the list is that of the fields as they stand (catalogue_html): what it shows may still be on its way.
  function listed() {
    const shown = find("#catalogue .count")?.dataset.narrowed;
    return shown === narrowing().map(([, field]) => field.value.trim()).join("|");
  }

  function filtered() {
    if (filters) return location.search; // not in its fields yet
    const set = narrowing().map(([name, field]) => [name, field.value.trim()]).filter(([, value]) => value);
    return set.length ? `?${new URLSearchParams(set)}` : "";
  }

  // Puts in the fields what the address says, once they are drawn; what no menu offers is as good as unsaid.
  function narrow() {
    if (!narrowing().length || !find("#catalogue .count")) return; // Gradio hears of nothing before it has listed them all
    const asked = filters;
    filters = null;
    for (const [name, field] of narrowing()) {
      const said = (asked.get(name) ?? "").slice(0, field.maxLength > 0 ? field.maxLength : undefined);
      const value = name === WORDS || [...field.options].some((option) => option.value === said) ? said : "";
      if (field.value.trim() === value.trim()) continue;
      field.value = value;
      field.dispatchEvent(new Event(name === WORDS ? "input" : "change", { bubbles: true }));
    }
    retold(); // without what means nothing
  }

  // As the visitor filters, the address follows; words once the hand rests, since browsers count how often.
  let resting = 0;
  function follows(event) {
    const field = event.target;
    const words = field.closest?.("#search");
    if (filters || !(words || field.dataset?.menu?.startsWith("filter-"))) return;
    if (!listed()) unfolded = location.hash.slice(1);
    clearTimeout(resting);
    resting = setTimeout(retold, words && event.type === "input" ? RESTS_MS : 0);
  }

  function retold() {
    if (!filters && told === ways(language)[CATALOGUE]) tell(CATALOGUE, location.hash, true);
  }
  for (const kind of ["input", "change", "focusout"]) document.addEventListener(kind, follows);

  // The menus are cleared already (choices.js); the words would be when the service has answered.
  function cleared() {
    const words = find("#search :is(input, textarea)");
    words.value = "";
    words.dispatchEvent(new Event("input", { bubbles: true }));
    retold();
  }

  // The other language has the same page.
  function others(number) {
    for (const link of document.querySelectorAll(".languages a")) link.setAttribute("href", ways(link.lang)[number]);
  }

  function open(number) {
    const tab = tabs()[number];
    if (tab && tab.getAttribute("aria-selected") !== "true") tab.click();
  }

  // The page and the part of an address, once they are drawn.
  function go(address) {
    const number = numberOf(address.pathname);
    if (number < 0) return;
    told = address.pathname;
    filters = number === CATALOGUE ? address.searchParams : null;
    open(number);
    others(number);
    unfolded = null;
    wanted = address.hash.slice(1) || null;
    arrive();
  }

  function arrive() {
    if (filters) narrow();
    const ready = listed();
    if (unfolded && ready) unfold();
    if (!wanted || (wanted.startsWith("fiche-") && !ready)) return;
    const part = document.getElementById(wanted);
    if (part && part.checkVisibility()) {
      wanted = null;
      show(part);
    } else if (!part && wanted.startsWith("fiche-")) missing();
  }

  // The fiche of the address stays open in a list drawn anew; one that is no longer in it leaves the address.
  function unfold() {
    const part = document.getElementById(unfolded);
    if (part) part.open = true;
    else if (location.hash === `#${unfolded}`) tell(CATALOGUE, "", true);
    unfolded = null;
  }

  function show(part) {
    const head = part.querySelector(":scope > summary") ?? part;
    if (part.matches("details")) part.open = true;
    head.focus({ preventScroll: true });
    part.scrollIntoView({ block: "start", behavior: gently() });
  }

  // A fiche that the filters hide, or that there is none of.
  function missing() {
    if (narrowing().some(([, field]) => field.value)) {
      find("#clear-filters").click();
      return;
    }
    wanted = null;
    const line = document.createElement("p");
    line.className = "notice";
    line.id = "no-fiche";
    line.setAttribute("role", "status");
    line.textContent = find("#words").dataset.noFiche;
    find("#no-fiche")?.remove();
    find("#catalogue").before(line);
  }

  document.addEventListener("click", (event) => {
    const tab = event.target.closest?.("#pages [role=tab]");
    if (tab && event.isTrusted) wanted = filters = null; // the visitor goes elsewhere by himself
    if (tab) tell(tabs().indexOf(tab), told === ways(language)[tabs().indexOf(tab)] ? location.hash : "");
    const link = event.target.closest?.("a[href]");
    if (link) follow(link, event);
    if (event.target.closest?.("#clear-filters")) cleared();
  });

  // A link to a page of ours opens it here; one to the other language goes there, to the same part of the page.
  function follow(link, event) {
    if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || link.target) return;
    const address = new URL(link.href);
    if (link.hreflang) [link.search, link.hash] = [location.search, location.hash];
    if (link.hreflang || address.origin !== location.origin || numberOf(address.pathname) < 0) return;
    event.preventDefault();
    if (address.hash === "#pages") return enter(); // past the head, in the page that is open
    if (address.href !== location.href) history[framed ? "replaceState" : "pushState"](null, "", address);
    go(address);
    if (!address.hash) enter();
  }

  function enter() {
    const pages = find("#pages");
    pages.tabIndex = -1;
    pages.focus({ preventScroll: true });
    scrollTo({ top: 0, behavior: gently() });
  }

  // A fiche that is opened gives the page its address, and takes it back when it is closed.
  document.addEventListener("toggle", (event) => {
    const fiche = event.target;
    if (!fiche.matches?.("#catalogue .fiche")) return;
    find("#no-fiche")?.remove();
    if (fiche.open) tell(numberOf(told), `#${fiche.id}`, true);
    else if (location.hash === `#${fiche.id}`) tell(numberOf(told), "", true);
  }, true);

  addEventListener("popstate", () => go(new URL(location.href)));
  document.addEventListener("guichet-drawn", () => { // said by Gradio, once (ui/pages/frame.py)
    go(new URL(location.href));
    new MutationObserver(arrive).observe(document.documentElement, { childList: true, subtree: true, attributes: true, attributeFilter: ["style", "class"] });
  });
})();

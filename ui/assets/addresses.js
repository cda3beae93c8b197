// The address of the page: the one that is open has its own, to reload, to keep, to give; Back goes to the one before.
// All are one document: what is written and shown stays. A fiche of the catalogue, a part of a page, is its fragment.
"use strict";
(() => {
  const find = (selector) => document.querySelector(selector);
  const tabs = () => [...document.querySelectorAll("#pages [role=tab]")];
  const language = document.documentElement.lang;
  const ways = (code) => find("#addresses").dataset[code].split(" ");
  const numberOf = (path) => ways(language).indexOf(path);
  const framed = window !== window.top; // on another site, whose own Back is not ours
  const gently = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth");
  let told = location.pathname; // the page whose address is shown
  let wanted = null; // a part of a page that is not drawn yet
  let region = null; // the same for a territory of the catalogue
  let stale = null; // the count of the list that is about to be drawn anew

  // What is shown is given its address; `replacing` where it is no step of the visitor's.
  function tell(number, part = "", replacing = framed) {
    const path = ways(language)[number];
    if (path === told && location.hash === part) return;
    told = path;
    history[replacing ? "replaceState" : "pushState"](null, "", path + part);
    others(number);
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
    open(number);
    others(number);
    stale = null;
    wanted = address.hash.slice(1) || null;
    region = address.searchParams.get("territoire");
    arrive();
  }

  function arrive() {
    if (region !== null) narrow();
    if (!wanted) return;
    const part = document.getElementById(wanted);
    if (part && part.checkVisibility()) {
      wanted = null;
      show(part);
    } else if (!part && wanted.startsWith("fiche-") && (find("#catalogue .count") ?? stale) !== stale) missing();
  }

  function show(part) {
    const head = part.querySelector(":scope > summary") ?? part;
    if (part.matches("details")) part.open = true;
    head.focus({ preventScroll: true });
    part.scrollIntoView({ block: "start", behavior: gently() });
  }

  // A fiche that the filters hide, or that there is none of.
  function missing() {
    if ([...document.querySelectorAll(".filters select")].some((menu) => menu.value) || find("#search :is(input, textarea)").value) {
      stale = find("#catalogue .count");
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

  function narrow() {
    const menu = find("#filter-region-select");
    if (!menu || !find("#catalogue .count")) return; // Gradio hears of nothing before it has listed them all
    if ([...menu.options].some((option) => option.value === region)) {
      menu.value = region;
      menu.dispatchEvent(new Event("change", { bubbles: true }));
    }
    region = null;
  }

  document.addEventListener("click", (event) => {
    const tab = event.target.closest?.("#pages [role=tab]");
    if (tab && event.isTrusted) wanted = region = null; // the visitor goes elsewhere by himself
    if (tab) tell(tabs().indexOf(tab), told === ways(language)[tabs().indexOf(tab)] ? location.hash : "");
    const link = event.target.closest?.("a[href]");
    if (link) follow(link, event);
  });

  // A link to a page of ours opens it here; one to the other language goes there, to the same part of the page.
  function follow(link, event) {
    if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || link.target) return;
    const address = new URL(link.href);
    if (link.hreflang) link.hash = location.hash;
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

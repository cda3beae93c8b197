// The page of those who manage the documents: files sent one by one, progress asked for, a removal confirmed.
// Texts come from the page; nothing that a server or a file says becomes HTML.
"use strict";
(() => {
  const find = (selector) => document.querySelector(selector);
  const { root, form, expired } = document.body.dataset;
  if (!root) return; // the login
  const panel = find("#progress");
  const said = panel.dataset;
  const bar = find("#bar");
  const far = find("#far");
  const LOOK_MS = 500;

  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

  function say(text) {
    if (far.textContent !== text) far.textContent = text;
  }

  function refuse(text) {
    const box = find("#refused");
    box.textContent = text;
    box.hidden = !text;
  }

  function busy(on) {
    document.querySelectorAll("#add button, #add input, [data-remove], [data-visit]").forEach((e) => { e.disabled = on; });
  }

  function show() {
    panel.hidden = false;
    busy(true);
    find("#progress-title").focus();
  }

  function stop(text) {
    panel.hidden = true;
    busy(false);
    refuse(text);
    find("#refused").scrollIntoView({ block: "center" });
  }

  async function call(address, content) {
    const answer = await fetch(root + address, {
      method: "POST",
      headers: { "content-type": "application/json", "x-form": form },
      body: JSON.stringify(content),
    });
    if (answer.status === 401) return signIn();
    return answer.json();
  }

  function signIn() {
    location.assign(root);
    return { error: expired };
  }

  // How far the work is, until it ends; then the page shows what became of each file.
  async function follow() {
    let lost = 0;
    for (;;) {
      try {
        const answer = await fetch(`${root}/travail`, { cache: "no-store" });
        if (answer.status === 401) return signIn();
        const work = await answer.json();
        lost = 0;
        say(work.text ?? said.waiting);
        if (work.total) { bar.max = work.total; bar.value = work.done; } else bar.removeAttribute("value");
        if (work.ended !== false) break;
      } catch {
        lost += 1;
        if (lost > 20) return say(said.lost);
      }
      await new Promise((done) => { setTimeout(done, LOOK_MS); });
    }
    location.replace(`${root}?fin#outcome`);
  }

  async function begin(address, content) {
    show();
    bar.removeAttribute("value");
    say(said.waiting);
    const begun = await call(address, content);
    if (begun.error) return stop(begun.error);
    return follow();
  }

  // XMLHttpRequest, since fetch does not tell how much of a file has left.
  const send = (file, before, all) => new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open("POST", `${root}/envoi`);
    request.setRequestHeader("x-form", form);
    request.setRequestHeader("x-file-name", encodeURIComponent(file.name));
    request.setRequestHeader("content-type", "application/octet-stream");
    request.upload.onprogress = (event) => { bar.max = all; bar.value = before + event.loaded; };
    request.onerror = () => done({ error: said.lost });
    request.onload = () => {
      if (request.status === 401) return done(signIn());
      try { done(JSON.parse(request.responseText)); } catch { done({ error: said.lost }); }
    };
    request.send(file);
  });

  let dropped = null; // files dropped on the page, in place of those of the field
  const chosen = () => [...(dropped ?? find("#files").files)];

  function list() {
    const items = chosen().map((file) => {
      const item = document.createElement("li");
      item.textContent = file.name;
      return item;
    });
    find("#chosen").replaceChildren(...items);
    refuse("");
  }

  async function add(event) {
    event.preventDefault();
    const files = chosen();
    if (!files.length) return refuse(find("#refused").dataset.nothing);
    refuse("");
    show();
    const all = files.reduce((sum, file) => sum + file.size, 0);
    const tokens = [];
    const refused = []; // told with what becomes of the others: every file has its line
    let before = 0;
    for (const [n, file] of files.entries()) {
      say(fill(said.sending, { name: file.name, n: n + 1, of: files.length }));
      const received = await send(file, before, all);
      if (received.token) tokens.push(received.token);
      else refused.push([file.name, received.error]);
      before += file.size;
    }
    return begin("/ajout", { files: tokens, refused });
  }

  let leaving = null;
  function confirm(button) {
    leaving = button;
    find("#confirm-text").textContent = button.dataset.text;
    find("#confirm").showModal();
    find("#confirm-no").focus();
  }

  find("#add").addEventListener("submit", add);
  find("#files").addEventListener("change", () => { dropped = null; list(); });
  find("#confirm-no").addEventListener("click", () => find("#confirm").close());
  find("#confirm-yes").addEventListener("click", () => {
    find("#confirm").close();
    begin("/retrait", { doc: leaving.dataset.remove });
  });
  find("#confirm").addEventListener("close", () => leaving?.focus());
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button");
    if (button?.dataset.remove) confirm(button);
    if (button?.dataset.visit) begin("/sources", { action: button.dataset.visit });
  });

  const zone = find("#add .drop");
  for (const name of ["dragover", "dragenter"])
    zone.addEventListener(name, (event) => { event.preventDefault(); zone.classList.add("over"); });
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    if (find("#files").disabled) return;
    dropped = event.dataTransfer.files;
    list();
  });

  if (!panel.hidden) { busy(true); follow(); }
  if (new URLSearchParams(location.search).has("fin")) {
    history.replaceState(null, "", `${root}#outcome`);
    find("#outcome")?.focus();
  }
})();

// Sends a chosen or dropped file to its inlet (ui.transfers) with real progress, and hands its token to the page.
"use strict";
(() => {
  const last = new WeakMap(); // the place of sending -> its request under way

  function say(place, text, failed = false) {
    const line = place.querySelector(".send-said");
    line.textContent = text; // never markup
    line.classList.toggle("failed", failed);
  }

  function hand(place, token) {
    const box = document.querySelector(`#${place.dataset.target} :is(textarea, input)`);
    if (!box) return;
    box.value = token;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function send(place, file) {
    last.get(place)?.abort();
    hand(place, ""); // whatever becomes of this file, nothing of the one before is taken for it
    const bar = place.querySelector("progress");
    const named = (text) => text.replace("{name}", file.name);
    if (file.size > Number(place.dataset.most)) {
      say(place, named(place.dataset.long), true);
      return;
    }
    const request = new XMLHttpRequest(); // fetch does not tell how much has gone
    last.set(place, request);
    request.open("POST", place.dataset.address);
    request.setRequestHeader("x-file-name", encodeURIComponent(file.name));
    request.setRequestHeader("content-type", "application/octet-stream");
    request.responseType = "json";
    request.upload.onprogress = (event) => { if (event.lengthComputable) bar.value = (100 * event.loaded) / event.total; };
    request.onloadend = () => { bar.hidden = true; };
    request.onload = () => {
      if (request.status === 200 && request.response?.token) {
        say(place, place.dataset.sent.replace("{name}", request.response.name));
        hand(place, request.response.token);
      } else say(place, request.response?.error ?? place.dataset.failed, true);
    };
    request.onerror = () => say(place, place.dataset.failed, true);
    bar.value = 0;
    bar.hidden = false;
    say(place, named(place.dataset.sending));
    request.send(file);
  }

  document.addEventListener("change", (event) => {
    const place = event.target.closest?.(".send");
    if (place && event.target.type === "file" && event.target.files.length) {
      send(place, event.target.files[0]);
      event.target.value = ""; // the same file, corrected, may be chosen again
    }
  });
  for (const kind of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      const place = event.target.closest?.(".send");
      if (!place) return;
      event.preventDefault();
      place.classList.toggle("over", kind === "dragover");
      if (kind === "drop" && event.dataTransfer.files.length) send(place, event.dataTransfer.files[0]);
    });
  }
})();

// Filters of report.html: by kind, by failure, by words. Nothing is loaded and nothing is sent.
const kind = document.getElementById("kind");
const failure = document.getElementById("failure");
const text = document.getElementById("text");
const shown = document.getElementById("shown");
const questions = Array.from(document.querySelectorAll(".question"));

function fits(question) {
  const causes = (question.dataset.failures || "").split(" ").filter(Boolean);
  const wanted = failure.value;
  const byFailure =
    wanted === "" ||
    (wanted === "*" && causes.length > 0) ||
    (wanted === "-" && causes.length === 0) ||
    (wanted === "~" && question.dataset.moved !== undefined) ||
    causes.includes(wanted);
  const byKind = kind.value === "" || question.dataset.kind === kind.value;
  return byFailure && byKind && question.textContent.toLowerCase().includes(text.value.trim().toLowerCase());
}

function filter() {
  let count = 0;
  for (const question of questions) {
    question.hidden = !fits(question);
    count += question.hidden ? 0 : 1;
  }
  shown.textContent = shown.dataset.text.replace("{n}", String(count));
}

for (const field of [kind, failure, text]) {
  field.addEventListener("input", filter);
}

for (const link of document.querySelectorAll("a[data-failure]")) {
  link.addEventListener("click", () => {
    failure.value = link.dataset.failure;
    kind.value = text.value = "";
    filter();
  });
}

function openTarget() {
  const hash = location.hash.slice(1);
  const target = questions.find((question) => question.id === hash || encodeURIComponent(question.id) === hash);
  if (target) {
    target.hidden = false;
    target.open = true;
  }
}

window.addEventListener("hashchange", openTarget);
filter();
openTarget();

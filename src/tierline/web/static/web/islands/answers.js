/* Answers while a question is typed: 250 ms after the last key, never in the middle of a composition. */
import { $, onContent } from "./dom.js";
import { load } from "./fragments.js";

const QUIET = 250;
let timer;
let asking;
let lastAsked = "";

const urlOf = (field) => field.dataset.answers || field.form?.dataset.answers;

function ask(field) {
  const box = $("#answers");
  const asked = field.value.trim();
  const url = urlOf(field);
  if (!box || !url || asked === lastAsked) return;
  lastAsked = asked;
  asking?.abort();
  const frame = $("#found") || box;
  if (asked.length < 2) { frame.hidden = true; return; }
  asking = new AbortController();
  const query = new URLSearchParams({ q: asked, ...(field.form.dataset.answers ? { from: "new" } : {}) });
  load(box, `${url}?${query}`, { lines: 3, signal: asking.signal }).then((is) => { if (is) frame.hidden = !box.childElementCount; });
}

function later(field) {
  clearTimeout(timer);
  timer = setTimeout(() => ask(field), QUIET);
}

const asks = (field) => field.getAttribute?.("aria-controls") === "answers" && urlOf(field);

document.addEventListener("input", (event) => { if (asks(event.target) && !event.isComposing) later(event.target); });
document.addEventListener("compositionend", (event) => { if (asks(event.target)) later(event.target); });
onContent(() => { lastAsked = $("[aria-controls=answers]")?.value.trim() || ""; });

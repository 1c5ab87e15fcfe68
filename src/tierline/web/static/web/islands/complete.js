/* The hand-over package, counted while it is filled in. What counts as filled the server decides again. */
import { $, $all, onContent } from "./dom.js";

const filled = (need) => $all("textarea, input:not([type=hidden])", need).some((field) => field.value.trim());

function pairFilled(need) {
  const pairs = $all(".pair", need);
  return pairs.length ? pairs.some((pair) => $all("input", pair).every((field) => field.value.trim())) : filled(need);
}

function count(form) {
  const needs = $all("[data-need]", form);
  const done = needs.filter((need) => {
    const is = pairFilled(need);
    $(".todo", need).classList.toggle("todo--done", is);
    return is;
  }).length;
  const progress = $("[data-progress]", form);
  progress.hidden = false;
  $("[data-words]", progress).textContent = $("[data-words]", progress).dataset.words.replace("{n}", done);
  $(".meter i", progress).className = `w-${Math.round((100 * done) / needs.length)}`;
  $("button.btn--primary", form).setAttribute("aria-disabled", String(done < needs.length));
}

document.addEventListener("input", (event) => { if (event.target.form?.dataset.complete) count(event.target.form); });
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.dataset?.complete || $("button.btn--primary", form).getAttribute("aria-disabled") !== "true") return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const missing = $all("[data-need]", form).find((need) => !pairFilled(need));
  $("textarea, input:not([type=hidden])", missing)?.focus();
}, true);
document.addEventListener("tl:restored", (event) => { if (event.target.dataset.complete) count(event.target); });
onContent(() => $all("form[data-complete]").forEach(count));

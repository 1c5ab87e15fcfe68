/* Reply or note: one box at a time. Ctrl or Command with Enter sends; with Shift it sends and waits. */
import { $, $all, composing, onContent } from "./dom.js";

export function mode(name, focus = true) {
  const boxes = $all("[data-composer] [data-mode]");
  if (!boxes.some((box) => box.dataset.mode === name)) return false;
  boxes.forEach((box) => { box.hidden = box.dataset.mode !== name; });
  if (focus) $(`[data-composer] [data-mode=${name}] textarea`).focus();
  return true;
}

onContent(() => {
  const boxes = $all("[data-composer] [data-mode]");
  if (boxes.length > 1 && boxes.every((box) => !box.hidden)) mode(location.hash === "#note-text" ? "note" : "reply", false);
  const line = $("#ticket-timeline");
  if (line && !line.dataset.placed) {
    line.dataset.placed = "yes";
    line.scrollTop = line.scrollHeight;
  }
});

document.addEventListener("click", (event) => {
  const to = event.target.closest("[data-composer] [data-to]");
  if (to) mode(to.dataset.to);
});

document.addEventListener("keydown", (event) => {
  const form = event.target.form;
  if (event.key !== "Enter" || !(event.metaKey || event.ctrlKey) || composing(event) || form?.method !== "post") return;
  event.preventDefault();
  const button = $(`[data-send=${event.shiftKey ? "shift" : "plain"}]`, form);
  if (event.shiftKey && !button) return;
  if (button?.disabled) return;
  form.requestSubmit(button || undefined);
});

/* A form goes out once, however often the key is pressed. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.leaving) { event.preventDefault(); return; }
  form.dataset.leaving = "yes";
  setTimeout(() => { delete form.dataset.leaving; }, 4000);
});

/* What was written as a reply is carried along into the form that closes. */
document.addEventListener("click", (event) => {
  const [from, to] = event.target.closest("[data-carry]")?.dataset.carry.split(" ").map((id) => document.getElementById(id)) || [];
  if (from?.value.trim() && to && !to.value) to.value = from.value;
});

/* Reply or note: one box at a time, and Ctrl or Command with Enter sends. */
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
  if (event.key === "Enter" && (event.metaKey || event.ctrlKey) && !composing(event) && event.target.form?.method === "post") {
    event.preventDefault();
    event.target.form.requestSubmit();
  }
});

/* A letter that cannot act says why, and offers what opens the way. The server wrote both. */
import { $ } from "./dom.js";
import { note } from "./toasts.js";
import { pickNamed } from "./tabs.js";

let shown = null;

export function why(key) {
  const told = $(`[data-closed="${CSS.escape(key)}"]`);
  if (!told) return false;
  shown?.remove();
  shown = note(told.textContent, { parts: told.dataset.then ? [way(told)] : [], seconds: told.dataset.then ? 12 : 6 });
  return true;
}

function way({ dataset }) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn--s";
  button.textContent = dataset.word;
  if (dataset.thenKey) button.insertAdjacentHTML("beforeend", ` <kbd>${dataset.thenKey}</kbd>`);
  button.addEventListener("click", () => { shown?.remove(); take(dataset.then); });
  return button;
}

/* A form that asks nothing goes at once; any other is opened. */
function take(verb) {
  const form = $(`form[action$="/${CSS.escape(verb)}"]`);
  if (!form) { location.assign(`${location.pathname}/${verb}`); return; }
  if (!$("textarea, select, input:not([type=hidden])", form)) { form.requestSubmit(); return; }
  const panel = form.closest("[role=tabpanel]");
  if (panel) pickNamed(panel.id);
  if (form.parentElement.tagName === "DETAILS") form.parentElement.open = true;
  $("textarea, select, input:not([type=hidden])", form).focus();
}

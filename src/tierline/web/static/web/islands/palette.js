/* The palette asks the server too: tickets, people and articles that fit, under the commands that fit. */
import { $, composing } from "./dom.js";
import { filter } from "./overlays.js";

let timer;
let asked = "";

async function search(overlay, text) {
  const list = $("#cmdk-found", overlay);
  if (!list || asked === text) return;
  asked = text;
  if (text.length < 2) { list.replaceChildren(); filter(overlay); return; }
  try {
    const answer = await fetch(`/palette?${new URLSearchParams({ q: text })}`, { headers: { "HX-Request": "true", Accept: "text/html" }, credentials: "same-origin" });
    if (asked !== text) return;
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    list.replaceChildren(...page.body.childNodes);
  } catch {
    if (asked !== text) return;
    list.replaceChildren(Object.assign(document.createElement("p"), { className: "cmdk__none", textContent: list.dataset.failed }));
  }
  filter(overlay);
}

function later(event) {
  const overlay = event.target.closest?.("#cmdk");
  if (!overlay || event.target.getAttribute("role") !== "combobox" || composing(event)) return;
  clearTimeout(timer);
  timer = setTimeout(() => search(overlay, event.target.value.trim()), 120);
}

document.addEventListener("input", later);
document.addEventListener("compositionend", later);

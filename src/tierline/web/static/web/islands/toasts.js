/* Short notes in the corner of the console. What a reader must act on stays until it is closed. */
import { $ } from "./dom.js";

const MOST = 3;

/* ``parts`` stand after the words; ``seconds`` 0 keeps the note until it is closed. */
export function note(words, { isBad = false, parts = [], seconds = 6 } = {}) {
  const list = $("#toasts");
  if (!list) return null;
  const made = document.createElement("div");
  made.className = isBad ? "toast toast--bad" : "toast";
  made.innerHTML = `<span class="said grow"></span>`;
  $(".said", made).textContent = words;
  const shut = document.createElement("button");
  shut.type = "button";
  shut.className = "btn btn--quiet btn--icon btn--s";
  shut.setAttribute("aria-label", list.dataset.close);
  shut.textContent = "×";
  shut.addEventListener("click", () => made.remove());
  made.append(...parts.filter((part) => part.tagName !== "UL"), shut, ...parts.filter((part) => part.tagName === "UL"));
  while (list.children.length >= MOST) list.firstElementChild.remove();
  list.append(made);
  if (seconds) setTimeout(() => made.remove(), seconds * 1000);
  return made;
}

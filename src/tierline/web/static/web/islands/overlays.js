/* Palette and shortcut sheet: trapped focus, Esc closes, focus goes back to where it was. */
import { $, $all, composing } from "./dom.js";

let last = null;
const opened = () => $(".scrim:not([hidden])");

export function open(id) {
  const overlay = document.getElementById(id);
  if (!overlay) return;
  last = document.activeElement;
  overlay.hidden = false;
  $("input:not([type=hidden]), button", overlay)?.focus();
  filter(overlay);
}

export function close() {
  const overlay = opened();
  if (!overlay) return false;
  overlay.hidden = true;
  last?.focus?.();
  return true;
}

const options = (overlay) => $all("li[role=option]", overlay).filter((o) => !o.hidden);

function filter(overlay) {
  const input = $("input[role=combobox]", overlay);
  if (!input) return;
  const asked = input.value.trim().toLowerCase();
  $all("li[role=option]", overlay).forEach((o) => { o.hidden = !o.textContent.toLowerCase().includes(asked); });
  select(overlay, asked && !options(overlay).length ? -1 : 0);
}

function select(overlay, at) {
  const shown = options(overlay);
  $all("li[role=option]", overlay).forEach((o) => o.setAttribute("aria-selected", "false"));
  if (shown.length && at >= 0) shown[(at + shown.length) % shown.length].setAttribute("aria-selected", "true");
}

const selected = (overlay) => options(overlay).findIndex((o) => o.getAttribute("aria-selected") === "true");

function run(option) {
  close();
  if (option.dataset.go) location.assign(option.dataset.go);
}

document.addEventListener("input", (event) => {
  const overlay = event.target.closest("#cmdk");
  if (overlay) filter(overlay);
});

document.addEventListener("mousedown", (event) => { if (event.target.classList?.contains("scrim")) close(); });

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close]")) close();
  const option = event.target.closest("#cmdk li[role=option]");
  if (option) run(option);
});

document.addEventListener("focusin", (event) => {
  const overlay = opened();
  if (overlay && !overlay.contains(event.target)) $("input:not([type=hidden]), button", overlay)?.focus();
});

document.addEventListener("keydown", (event) => {
  const overlay = opened();
  if (!overlay || composing(event)) return;
  if (event.key === "Escape") { event.preventDefault(); close(); }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) { event.preventDefault(); select(overlay, selected(overlay) + step); }
  if (event.key === "Enter" && overlay.id === "cmdk" && selected(overlay) > -1) {
    event.preventDefault();
    run(options(overlay)[selected(overlay)]);
  }
});

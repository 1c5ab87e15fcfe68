/* Palette and shortcut sheet: trapped focus, Esc closes, focus goes back to where it was. */
import { $, $all, composing, lettersOn, onContent } from "./dom.js";

let last = null;
const SKELETON = `<div class="stack stack--3" aria-busy="true"><div class="skel skel--w3"></div><div class="skel skel--box"></div></div>`;
const opened = () => $(".scrim:not([hidden])");

export function open(id) {
  const overlay = document.getElementById(id);
  if (!overlay) return;
  if (overlay.hidden) last = document.activeElement;
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

const options = (overlay) => $all("li[role=option]", overlay).filter((o) => !o.hidden && !o.closest("[hidden]"));

export function filter(overlay) {
  const input = $("input[role=combobox]", overlay);
  if (!input) return;
  const asked = input.value.trim().toLowerCase();
  $all("#cmdk-commands li[role=option]", overlay).forEach((o) => { o.hidden = !o.textContent.toLowerCase().includes(asked); });
  $all("#cmdk-commands", overlay).forEach((group) => { group.hidden = !$("li:not([hidden])", group); });
  const none = $(".cmdk__none[data-none]", overlay);
  if (none) none.hidden = !asked || options(overlay).length > 0;
  select(overlay, asked && !options(overlay).length ? -1 : 0);
}

function select(overlay, at) {
  const shown = options(overlay);
  $all("li[role=option]", overlay).forEach((o) => o.setAttribute("aria-selected", "false"));
  const input = $("input[role=combobox]", overlay);
  input?.removeAttribute("aria-activedescendant");
  if (!shown.length || at < 0) return;
  const option = shown[(at + shown.length) % shown.length];
  option.setAttribute("aria-selected", "true");
  option.id ||= `cmdk-o-${Math.random().toString(36).slice(2, 9)}`;
  input?.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

const selected = (overlay) => options(overlay).findIndex((o) => o.getAttribute("aria-selected") === "true");

function run(option) {
  close();
  if (option.dataset.press) $(`[data-key="${CSS.escape(option.dataset.press)}"]`)?.click();
  else if (option.dataset.list) document.dispatchEvent(new KeyboardEvent("keydown", { key: option.dataset.list, bubbles: true }));
  else if (option.dataset.go) location.assign(option.dataset.go);
}

document.addEventListener("input", (event) => {
  const overlay = event.target.closest("#cmdk");
  if (overlay) filter(overlay);
});

document.addEventListener("mousedown", (event) => { if (event.target.classList?.contains("scrim")) close(); });

document.addEventListener("click", (event) => {
  const shut = event.target.closest("[data-close]");
  if (shut && opened()?.contains(shut)) { event.preventDefault(); close(); }
  const opener = event.target.closest("[data-open]");
  // A link that opens a box needs htmx to fill it; without it the link is a page.
  if (opener && (opener.tagName !== "A" || window.htmx)) {
    if (opener.tagName === "A") $("#act-body").innerHTML = SKELETON;
    open(opener.dataset.open);
  }
  const option = event.target.closest("#cmdk li[role=option]");
  if (option) run(option);
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id === "act-body") $("input:not([type=hidden]), select", event.target)?.focus();
});

document.addEventListener("change", (event) => {
  if (event.target.id !== "letters") return;
  try { localStorage.setItem("tl.letters", event.target.checked ? "on" : "off"); } catch { /* private mode */ }
});

onContent(() => { if ($("#letters")) $("#letters").checked = lettersOn(); });

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

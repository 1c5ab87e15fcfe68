/* Keyboard verbs: single letters when nothing is typed into and no input method composes. */
import { $, $all, composing, lettersOn, typing } from "./dom.js";
import { close, open } from "./overlays.js";
import { pick, pickNamed } from "./tabs.js";
import { mode } from "./composer.js";
import { why } from "./closed.js";

/* G, then a letter: wherever the palette has a command with those keys. */
const go = (key) => $(`#cmdk [data-keys="g ${CSS.escape(key)}"]`)?.dataset.go;
let afterG = 0;

function enterpriseKey(event) {
  const box = $("[data-switch]");
  if (!box) return false;
  if (box.open && /^[0-9]$/.test(event.key)) {
    $all("button", box)[Number(event.key)]?.click();
    return true;
  }
  if (event.key.toLowerCase() !== "w") return false;
  box.open = !box.open;
  if (box.open) $("button", box).focus();
  return true;
}

function onTicket(key) {
  if (!$("[data-ticket]")) return false;
  if (key === "r") return mode("reply");
  if (key === "n") return mode("note");
  if (key === "[" || key === "]") {
    const link = $(`#neighbours a[data-step="${key === "]" ? 1 : -1}"][href]`);
    link?.click();
    return Boolean(link);
  }
  const digit = Number(key);
  const tab = digit && $all("[data-tabs] a[role=tab]")[digit - 1];
  if (tab) { pick(tab); return true; }
  if (key === "a" && $("[data-key=a]")) return false; // nobody has it: the letter takes it
  const panel = { p: ["act", "move-prioritise"], a: ["act", "move-assign"] }[key];
  const details = panel && document.getElementById(panel[1]);
  if (details && pickNamed(panel[0])) {
    details.open = true;
    $("select, input:not([type=hidden]), textarea", details)?.focus();
    return true;
  }
  return false;
}

document.addEventListener("keydown", (event) => {
  if (composing(event)) return;
  if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k" && $("#cmdk")) {
    event.preventDefault();
    open("cmdk");
    return;
  }
  if (event.key === "Escape" && !$(".scrim:not([hidden])")) {
    if ($("[data-switch]")?.open) $("[data-switch]").open = false;
    else if (typing(event.target)) event.target.blur();
    return;
  }
  if (event.metaKey || event.ctrlKey || event.altKey || typing(event.target) || !lettersOn() || $(".scrim:not([hidden])")) return;
  const key = event.key.toLowerCase();
  if (afterG && Date.now() - afterG < 900) {
    afterG = 0;
    const there = go(key);
    if (there) { event.preventDefault(); event.stopImmediatePropagation(); location.assign(there); return; }
  }
  afterG = key === "g" ? Date.now() : 0;
  if (event.key === "?") { open("keysheet"); return; }
  if (enterpriseKey(event) || onTicket(key)) { event.preventDefault(); return; }
  const control = $(`[data-key="${CSS.escape(key)}"]`);
  if (!control || control.hidden) {
    if (why(key)) event.preventDefault();
    return;
  }
  event.preventDefault();
  if (/^(INPUT|TEXTAREA)$/.test(control.tagName)) control.focus();
  else control.click();
});

export { close };

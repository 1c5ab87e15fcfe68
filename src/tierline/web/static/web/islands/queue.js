/* The list: a cursor, a selection with ranges, a panel to look without opening, lanes that fold. */
import { $, $all, composing, lettersOn, onContent, typing } from "./dom.js";
import { ask } from "./acts.js";
import { why } from "./closed.js";

const shown = (row) => row.offsetParent !== null;
export const rows = () => $all(".qr").filter(shown);
export const current = () => rows().find((row) => row.hasAttribute("data-cursor"));
const panel = () => $("#peek");
let peeked = "";
let anchor = "";

function place(row) {
  $all(".qr[data-cursor]").forEach((other) => other.removeAttribute("data-cursor"));
  row.setAttribute("data-cursor", "");
  row.scrollIntoView({ block: "nearest" });
}

export function move(step) {
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(current());
  const row = all[Math.max(0, Math.min(all.length - 1, at + step))];
  place(row);
  if (peeked && shownPanel()) peek(row);
}

/* --- the panel: the old content stays; after 300 ms a skeleton of the same shape ------------------------------ */
const shownPanel = () => panel()?.offsetParent || panel()?.classList.contains("peek--open");
const SKELETON = `<div class="peek__h"><div class="skel skel--w1"></div><div class="skel skel--w2"></div><div class="skel skel--w3"></div></div><div class="peek__b"><div class="skel skel--box"></div><div class="skel skel--w2"></div><div class="skel skel--box"></div></div>`;

export async function peek(row) {
  const box = panel();
  if (!box) return;
  if (!window.htmx) { location.assign($(".qr__open", row).href); return; }
  const number = row.dataset.number;
  peeked = number;
  box.setAttribute("aria-busy", "true");
  const slow = setTimeout(() => { if (peeked === number) box.innerHTML = SKELETON; }, 300);
  const fresh = document.createElement("div");
  try {
    fresh.hidden = true;
    document.body.append(fresh);
    await window.htmx.ajax("GET", `/tickets/${encodeURIComponent(number)}/peek`, { source: fresh, target: fresh, swap: "innerHTML" });
    clearTimeout(slow);
    if (peeked !== number) return;
    if (!$(".peek__h", fresh)) throw new Error("empty");
    box.replaceChildren(...fresh.childNodes);
    box.dataset.number = number;
    box.dataset.version = row.dataset.version;
    document.dispatchEvent(new CustomEvent("tl:content"));
  } catch {
    clearTimeout(slow);
    if (peeked === number) failed(box, row);
  } finally {
    fresh.remove();
    if (peeked === number) box.removeAttribute("aria-busy");
  }
}

function failed(box, row) {
  box.innerHTML = `<div class="empty" role="alert"><b></b><button type="button" class="btn btn--s"></button></div>`;
  $("b", box).textContent = box.dataset.failed;
  const again = $("button", box);
  again.textContent = box.dataset.again;
  again.addEventListener("click", () => peek(row));
}

function toggle(row) {
  const box = panel();
  if (!box || !row) return;
  const isWide = getComputedStyle(box).position !== "absolute" && getComputedStyle(box).position !== "fixed" && box.offsetParent;
  if (isWide) { if (peeked === row.dataset.number) peeked = ""; else peek(row); return; }
  if (box.classList.contains("peek--open") && peeked === row.dataset.number) { shut(); return; }
  box.classList.add("peek--open");
  peek(row);
}

function shut() {
  const box = panel();
  if (!box?.classList.contains("peek--open")) return false;
  box.classList.remove("peek--open");
  peeked = "";
  return true;
}

/* --- selection ------------------------------------------------------------------------------------------------ */
export const chosen = () => $all(".qr .cb:checked");

function mark() {
  $all(".qr").forEach((row) => {
    if ($(".cb", row)?.checked) row.setAttribute("aria-selected", "true");
    else row.removeAttribute("aria-selected");
  });
  const bar = $("#bulk");
  if (!bar) return;
  const n = chosen().length;
  bar.hidden = n === 0;
  const words = $("[data-words]", bar);
  words.textContent = words.dataset.words.replace("{n}", n);
  const all = $("[data-all]", bar);
  all.hidden = n === 0 || n >= $all(".qr .cb").length;
}

function tick(row, on) {
  const box = row && $(".cb", row);
  if (box) box.checked = on;
}

/* From the row that was ticked last to this one, as it is on the page. */
function range(row) {
  const all = rows();
  const from = Math.max(0, all.findIndex((r) => r.id === anchor));
  const to = all.indexOf(row);
  all.slice(Math.min(from, to), Math.max(from, to) + 1).forEach((r) => tick(r, true));
}

export function clear() {
  const had = chosen().length > 0;
  $all(".qr .cb").forEach((box) => { box.checked = false; });
  mark();
  return had;
}

function extend(step) {
  const row = current();
  if (!row) return move(step);
  tick(row, true);
  if (!anchor) anchor = row.id;
  move(step);
  tick(current(), true);
  return mark();
}

document.addEventListener("click", (event) => {
  const box = event.target.closest?.(".qr .cb");
  if (box) {
    const row = box.closest(".qr");
    place(row);
    if (event.shiftKey && anchor) range(row);
    anchor = row.id;
    mark();
    return;
  }
  if (event.target.closest("[data-clear]")) clear();
  if (event.target.closest("#bulk [data-all]")) { rows().forEach((row) => tick(row, true)); mark(); }
  const fold = event.target.closest("[data-fold]");
  if (fold) foldLane(fold.closest(".lane"));
  const step = event.target.closest("#peek [data-step]");
  if (step) move(Number(step.dataset.step));
  if (event.target.closest("[data-peek-close]")) shut();
  const link = event.target.closest("a.qr__open");
  if (link && event.shiftKey && $(".cb", link.closest(".qr"))) {
    event.preventDefault();
    anchor = anchor || current()?.id || "";
    range(link.closest(".qr"));
    mark();
  }
});

/* --- lanes ----------------------------------------------------------------------------------------------------- */
const folded = () => { try { return new Set(JSON.parse(sessionStorage.getItem("tl.folded") || "[]")); } catch { return new Set(); } };

function foldLane(lane) {
  const set = folded();
  const key = lane.dataset.lane;
  if (!set.delete(key)) set.add(key);
  try { sessionStorage.setItem("tl.folded", JSON.stringify([...set])); } catch { /* private mode */ }
  showFolds();
}

function showFolds() {
  const set = folded();
  $all(".lane").forEach((lane) => {
    const is = set.has(lane.dataset.lane);
    lane.classList.toggle("lane--folded", is);
    $("[data-fold]", lane)?.setAttribute("aria-expanded", String(!is));
  });
}

/* --- keys ------------------------------------------------------------------------------------------------------ */
const open = (row, path) => row && location.assign(`/tickets/${encodeURIComponent(row.dataset.number)}${path}`);
const may = () => Boolean($("#bulk"));
const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  arrowdown: () => move(1),
  arrowup: () => move(-1),
  " ": toggle,
  enter: (row) => open(row, ""),
};
const VERBS = {
  x: (row) => { tick(row, !$(".cb", row)?.checked); anchor = row?.id || ""; mark(); },
  r: (row) => open(row, "#reply-text"),
  e: (row) => open(row, "/escalate"),
  a: (row) => ask("assign", row),
  p: (row) => ask("prioritise", row),
  h: (row) => ask("wait", row),
};
const SHIFTED = { j: () => extend(1), k: () => extend(-1), x: (row) => { if (row) { range(row); mark(); } } };

document.addEventListener("keydown", (event) => {
  if (!$("#rows") || composing(event) || event.metaKey || event.ctrlKey || event.altKey || event.defaultPrevented) return;
  if ($(".scrim:not([hidden])")) return;
  if (event.key === "Escape") { if (shut() || (!typing(event.target) && clear())) event.preventDefault(); return; }
  if (typing(event.target) || !lettersOn()) return;
  const key = event.key.toLowerCase();
  const onControl = /^(BUTTON|A|SUMMARY|INPUT)$/.test(event.target.tagName) && !event.target.matches(".qr__open, .qr .cb");
  if ((key === "enter" || key === " ") && onControl) return;
  if (key === " " && event.target.matches(".qr .cb")) return;
  if (/^arrow/.test(key) && event.target !== document.body && event.target.id !== "main") return;
  const verb = event.shiftKey ? may() && SHIFTED[key] : KEYS[key] || (may() && VERBS[key]);
  if (!verb) return;
  event.preventDefault();
  if (!current() && VERBS[key] && !chosen().length) why("row");
  else verb(current());
});

onContent(() => { if ($("#rows")) { mark(); showFolds(); } });

/* The panel shows the row's newest version. */
onContent(() => {
  const box = panel();
  const row = peeked && box && !box.hasAttribute("aria-busy") && $all(".qr").find((r) => r.dataset.number === peeked);
  if (row && box.dataset.number === peeked && box.dataset.version !== row.dataset.version) peek(row);
});

/* The order of the list goes along to the ticket, for the next and the previous one. */
onContent(() => {
  if (!$("#rows")) return;
  try { sessionStorage.setItem("tl.order", JSON.stringify(rows().map((row) => row.dataset.number))); } catch { /* private mode */ }
});

onContent(() => {
  const group = $("#neighbours");
  if (!group) return;
  let order = [];
  try { order = JSON.parse(sessionStorage.getItem("tl.order") || "[]"); } catch { /* nothing kept */ }
  const at = order.indexOf(decodeURIComponent(location.pathname.split("/")[2] || ""));
  $all("a", group).forEach((link) => {
    const next = at < 0 ? undefined : order[at + Number(link.dataset.step)];
    if (next) link.href = `/tickets/${encodeURIComponent(next)}`;
    link.setAttribute("aria-disabled", String(!next));
  });
  group.hidden = at < 0;
});

// On a wide screen the panel starts with the first row, as a reader would.
onContent(() => {
  const first = rows()[0];
  if (!first || current() || !panel()?.offsetParent || !window.htmx) return;
  first.setAttribute("data-cursor", "");
  peek(first);
});

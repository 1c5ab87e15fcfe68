/* The list: a cursor, a selection, a panel to look without opening. */
import { $, $all, composing, onContent, typing } from "./dom.js";

const rows = () => $all(".qr");
const current = () => rows().findIndex((row) => row.hasAttribute("data-cursor"));
let peeked = "";

function move(step) {
  const all = rows();
  if (!all.length) return;
  const at = Math.max(0, Math.min(all.length - 1, current() + step));
  all.forEach((row) => row.removeAttribute("data-cursor"));
  all[at].setAttribute("data-cursor", "");
  all[at].scrollIntoView({ block: "nearest" });
  if (peeked) peek(all[at]);
}

function peek(row) {
  if (!window.htmx || !$("#peek")) return;
  peeked = row.dataset.number;
  window.htmx.ajax("GET", `/tickets/${encodeURIComponent(peeked)}/peek`, { target: "#peek", swap: "innerHTML" });
}

function mark() {
  const chosen = rows().filter((row) => $(".cb", row)?.checked);
  rows().forEach((row) => {
    if ($(".cb", row)?.checked) row.setAttribute("aria-selected", "true");
    else row.removeAttribute("aria-selected");
  });
  const bar = $("#bulk");
  if (!bar) return;
  bar.hidden = chosen.length === 0;
  const words = $("[data-words]", bar);
  words.textContent = words.dataset.words.replace("{n}", chosen.length);
}

document.addEventListener("change", (event) => {
  if (event.target.classList.contains("cb")) mark();
  if (event.target.closest("#filters select")) event.target.form.requestSubmit();
});

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-clear]")) return;
  $all(".qr .cb").forEach((box) => { box.checked = false; });
  mark();
});

const VERBS = {
  j: () => move(1),
  k: () => move(-1),
  " ": (row) => row && (peeked === row.dataset.number ? (peeked = "") : peek(row)),
  x: (row) => { const box = row && $(".cb", row); if (box) { box.checked = !box.checked; mark(); } },
  enter: (row) => row && $(".qr__open", row).click(),
  r: (row) => row && location.assign(`/tickets/${row.dataset.number}#reply-text`),
  e: (row) => row && location.assign(`/tickets/${row.dataset.number}/escalate`),
  p: (row) => row && location.assign(`/tickets/${row.dataset.number}/prioritise`),
  a: (row) => {
    const claim = $("#bulk [value=claim]");
    if (!$("#bulk")?.hidden) claim.click();
    else if (row) location.assign(`/tickets/${row.dataset.number}/assign`);
  },
};

document.addEventListener("keydown", (event) => {
  if (!$(".q") || composing(event) || typing(event.target) || event.metaKey || event.ctrlKey || event.altKey) return;
  if ($(".scrim:not([hidden])") || (event.key === "Enter" && event.target !== document.body && event.target.id !== "main")) return;
  if (event.key === " " && /^(BUTTON|A|INPUT|SUMMARY)$/.test(event.target.tagName)) return;
  const verb = VERBS[event.key.toLowerCase()];
  if (!verb) return;
  event.preventDefault();
  verb(rows()[current()]);
});

onContent(mark);

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
  if (!first || current() > -1 || !$("#peek")?.offsetParent) return;
  first.setAttribute("data-cursor", "");
  peek(first);
});

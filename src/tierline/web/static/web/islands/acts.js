/* Verbs on the selected rows, or on the one at the cursor: asked for in a box, shown at once, rolled back when refused,
 * and for ten seconds undone with one key. */
import { $, $all, composing, lettersOn, onContent, typing } from "./dom.js";
import { replaceRow } from "./arrivals.js";
import { chosen, clear, current } from "./queue.js";
import { close, open } from "./overlays.js";
import { note } from "./toasts.js";
import { why } from "./closed.js";

const NEEDS_WORDS = ["assign", "prioritise", "classify", "wait"];
let last = null; // what Z takes back

const pair = (row) => `${row.dataset.id}:${row.dataset.version}`;
const rowOf = (text) => document.getElementById(`t-${text.split(":")[0]}`);
const ticked = () => chosen().map((box) => box.closest(".qr"));

function fields(verb, seen) {
  const data = new FormData();
  data.set("csrfmiddlewaretoken", $("#rows [name=csrfmiddlewaretoken]").value);
  data.set("verb", verb);
  data.set("back", $("#rows [name=back]").value);
  seen.forEach((text) => data.append("seen", text));
  return data;
}

/* The verb for the ticked rows; where none is, for the given one. */
export function ask(verb, row = current()) {
  const target = ticked().length ? ticked() : row ? [row] : [];
  if (!$("#bulk")) return;
  if (!target.length) { why("row"); return; }
  if (NEEDS_WORDS.includes(verb)) inquire(verb, target.map(pair));
  else send("/queue/bulk", fields(verb, target.map(pair)));
}

async function inquire(verb, seen) {
  const body = $("#act-body");
  body.innerHTML = `<div class="stack stack--3" aria-busy="true"><div class="skel skel--w3"></div><div class="skel skel--box"></div></div>`;
  const slow = setTimeout(() => open("act"), 300);
  try {
    const answer = await fetch("/queue/bulk", { method: "POST", body: fields(verb, seen), headers: { "HX-Request": "true", Accept: "text/html" }, credentials: "same-origin" });
    const html = await answer.text();
    clearTimeout(slow);
    fill(html);
  } catch {
    clearTimeout(slow);
    close();
    toast({ said: box().dataset.failed, isBad: true });
  }
}

function fill(html) {
  const body = $("#act-body");
  const page = new DOMParser().parseFromString(html, "text/html");
  body.replaceChildren(...page.body.childNodes);
  window.htmx?.process(body);
  open("act");
  ($("[data-narrow]", body) || $("input:checked", body) || $("select, textarea, input:not([type=hidden])", body))?.focus();
}

/* --- at once, and back again ------------------------------------------------------------------------------------ */
function expect(verb, data) {
  const kept = [];
  for (const text of data.getAll("seen")) {
    const row = rowOf(text);
    if (!row) continue;
    kept.push([row, row.cloneNode(true)]);
    row.classList.add("qr--busy");
    guess(verb, data, row);
  }
  return kept;
}

function guess(verb, data, row) {
  const who = $(".qr__a", row);
  if (verb === "claim") who.replaceChildren($(".nav__me .av").cloneNode(true));
  if (verb === "release") who.innerHTML = `<span class="av av--none"></span>`;
  if (verb === "assign") {
    const face = $(`.pick input[value="${CSS.escape(data.get("assignee") || "")}"]`)?.parentElement.querySelector(".av");
    if (face) who.replaceChildren(face.cloneNode(true));
  }
  if (verb === "prioritise") {
    const cell = $(`.pgrid input[value="${CSS.escape(data.get("grade") || "")}"]`)?.parentElement.querySelector(".p");
    if (cell) $(".qr__p", row).replaceChildren(cell.cloneNode(true));
  }
}

function restore(kept, only) {
  for (const [row, before] of kept) {
    const now = document.getElementById(row.id);
    if (now && (!only || only.has(row.dataset.id))) {
      if ($(".cb", before) && $(".cb", now)) $(".cb", before).checked = $(".cb", now).checked;
      now.replaceWith(before);
    }
  }
}

async function send(url, data) {
  const verb = data.get("verb") || "undo";
  const kept = expect(verb, data);
  const sentAt = Date.now(); // the server counts from when it hears of it, which is later
  let answer;
  try {
    const reply = await fetch(url, { method: "POST", body: data, headers: { Accept: "application/json" }, credentials: "same-origin" });
    if (reply.headers.get("Content-Type")?.startsWith("text/html")) {
      const html = await reply.text();
      restore(kept);
      if (reply.status === 422) fill(html);
      else location.reload();
      return;
    }
    answer = await reply.json();
  } catch {
    restore(kept);
    toast({ said: box().dataset.failed, isBad: true });
    return;
  }
  close();
  if (!answer.rows) { // a refusal of the whole, in the words of the catalogue
    restore(kept);
    toast({ said: answer.detail || box().dataset.failed, isBad: true });
    return;
  }
  const done = new Set(Object.keys(answer.rows));
  restore(kept, new Set(kept.map(([row]) => row.dataset.id).filter((id) => !done.has(id))));
  if (url === "/queue/bulk" && done.size) clear();
  for (const [id, html] of Object.entries(answer.rows)) {
    const fresh = new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
    const old = document.getElementById(`t-${id}`);
    if (old) replaceRow(old, document.adoptNode(fresh));
  }
  // A refused row stays ticked, so that it can be tried again.
  kept.forEach(([row]) => { if (!done.has(row.dataset.id)) { const tick = $(`#${CSS.escape(row.id)} .cb`); if (tick) tick.checked = ticked().length > 0 || kept.length > 1; } });
  document.dispatchEvent(new CustomEvent("tl:content"));
  document.dispatchEvent(new CustomEvent("tl:acted"));
  toast({ ...answer, sentAt });
}

/* --- toasts ------------------------------------------------------------------------------------------------------ */
const box = () => $("#toasts") || document.body;

function toast(answer) {
  const refused = answer.refused || [];
  const seconds = answer.undo?.length ? Math.round(answer.undo_seconds - (Date.now() - answer.sentAt) / 1000) : 0;
  const undoing = seconds > 0 ? undoButton(answer, seconds) : null;
  // A refusal is read at leisure; anything else goes by itself.
  const shown = note(answer.said, {
    isBad: answer.isBad,
    parts: [...(undoing ? [undoing.button] : []), ...(refused.length ? [refusals(refused)] : [])],
    seconds: refused.length ? 0 : seconds > 0 ? seconds : 6,
  });
  if (undoing) undoing.button.addEventListener("click", () => { clearInterval(undoing.clock); shown?.remove(); undo(undoing); });
}

function undoButton(answer, seconds) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn--s";
  button.dataset.undoNow = "";
  button.innerHTML = `<span></span><kbd>Z</kbd><span class="left"></span>`;
  button.firstElementChild.textContent = box().dataset.undo;
  const act = { button, undo: answer.undo };
  last = act;
  let left = seconds;
  const show = () => { $(".left", button).textContent = left; };
  show();
  act.clock = setInterval(() => {
    left -= 1;
    if (left > 0) { show(); return; }
    clearInterval(act.clock);
    button.remove();
    if (last === act) last = null;
  }, 1000);
  return act;
}

function refusals(refused) {
  const list = document.createElement("ul");
  for (const { number, why } of refused) {
    const line = document.createElement("li");
    const link = document.createElement("a");
    link.href = `/tickets/${encodeURIComponent(number)}`;
    link.className = "mono";
    link.textContent = number;
    line.append(link, ` ${why}`);
    list.append(line);
  }
  return list;
}

function undo(act) {
  if (last === act) last = null;
  send("/queue/undo", fields("undo", act.undo));
}

/* --- doors -------------------------------------------------------------------------------------------------------- */
document.addEventListener("click", (event) => {
  const verb = event.target.closest("#bulk button[name=verb]");
  if (verb) { event.preventDefault(); ask(verb.value); return; }
  const one = event.target.closest("#peek [data-do]");
  if (!one) return;
  const number = $("#peek").dataset.number;
  const row = $all(".qr").find((r) => r.dataset.number === number);
  if (row) {
    if (ticked().length) clear();
    ask(one.dataset.do, row);
  }
});

document.addEventListener("submit", (event) => {
  const form = event.target.closest("#act form[data-act]");
  if (!form) return;
  event.preventDefault();
  send("/queue/bulk", new FormData(form));
});

document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-narrow]")) return;
  const asked = event.target.value.trim().toLowerCase();
  const items = $all(".pick li");
  items.forEach((item) => { item.hidden = !item.textContent.toLowerCase().includes(asked); });
  const first = items.find((item) => !item.hidden);
  if (first) $("input", first).checked = true;
});

document.addEventListener("keydown", (event) => {
  if (composing(event)) return;
  if (event.target.matches?.("[data-narrow]") && /^Arrow(Down|Up)$/.test(event.key)) {
    const open = $all(".pick li").filter((item) => !item.hidden);
    const at = open.findIndex((item) => $("input", item).checked);
    const next = open[Math.max(0, Math.min(open.length - 1, at + (event.key === "ArrowDown" ? 1 : -1)))];
    if (next) { event.preventDefault(); $("input", next).checked = true; next.scrollIntoView({ block: "nearest" }); }
    return;
  }
  if (event.metaKey || event.ctrlKey || event.altKey || typing(event.target) || !lettersOn() || $(".scrim:not([hidden])")) return;
  if (event.key.toLowerCase() !== "z") return;
  if (last) last.button.click();
  else if (!why("z")) return;
  event.preventDefault();
});

onContent(() => { if (!$("#toasts")) last = null; });

/* The queue while it is open: a row that changed changes in place, one that left turns pale, and what is new waits
 * behind a pill, because nothing moves under the pointer. */
import { $, $all, fetchPage, onContent } from "./dom.js";

const asked = () => new URLSearchParams(location.search);
const waiting = new Set();

async function rowsOf(ids) {
  const query = asked();
  ["cursor", "saved"].forEach((name) => query.delete(name));
  query.set("ids", ids.join(","));
  return fetchPage(`/queue/rows?${query}`);
}

/* Puts a fresh row where the old one is, with its cursor and its tick. */
export function replaceRow(old, fresh) {
  if (old.hasAttribute("data-cursor")) fresh.setAttribute("data-cursor", "");
  const box = $(".cb", old);
  if (box?.checked && $(".cb", fresh)) $(".cb", fresh).checked = true;
  old.replaceWith(fresh);
}

function pill() {
  const button = $("#pill-new");
  if (!button) return;
  button.hidden = waiting.size === 0;
  const words = $("[data-words]", button);
  words.textContent = words.dataset.words.replace("{n}", waiting.size);
}

export async function refreshQueue(ids, all = false) {
  const shown = $all(".qr").map((row) => row.dataset.id);
  const wanted = all ? shown : [...ids];
  for (let at = 0; at < wanted.length; at += 200) {
    const part = wanted.slice(at, at + 200);
    const page = await rowsOf(part);
    for (const id of part) {
      const old = document.getElementById(`t-${id}`);
      const fresh = page.getElementById(`t-${id}`);
      if (old && fresh) {
        if (fresh.dataset.version !== old.dataset.version || all) replaceRow(old, document.adoptNode(fresh));
      } else if (old) {
        old.classList.add("qr--gone");
        waiting.delete(id);
      } else if (fresh) waiting.add(id);
      else waiting.delete(id);
    }
  }
  const page = await fetchPage(location.pathname + location.search);
  for (const id of ["nav-counts", "queue-stats"]) {
    const now = page.getElementById(id);
    if (now) document.getElementById(id)?.replaceWith(document.adoptNode(now));
  }
  for (const head of $all(".q__lane", page)) {
    const lane = head.closest(".lane")?.id;
    if (lane) document.querySelector(`#${lane} .q__lane`)?.replaceWith(document.adoptNode(head));
  }
  if (all) $all(".qr", page).forEach((row) => { if (!document.getElementById(row.id)) waiting.add(row.dataset.id); });
  pill();
  document.dispatchEvent(new CustomEvent("tl:content"));
}

export async function loadArrivals() {
  const page = await fetchPage(location.pathname + location.search);
  const fresh = page.getElementById("rows");
  if (!fresh) return;
  const known = new Set($all(".qr").map((row) => row.id));
  const chosen = new Set($all(".qr .cb:checked").map((box) => box.closest(".qr").id));
  const at = $(".qr[data-cursor]")?.id;
  $all(".qr", fresh).forEach((row) => {
    row.classList.toggle("qr--new", !known.has(row.id));
    if (chosen.has(row.id) && $(".cb", row)) $(".cb", row).checked = true;
    if (row.id === at) row.setAttribute("data-cursor", "");
  });
  $("#rows").replaceWith(document.adoptNode(fresh));
  waiting.clear();
  pill();
  window.htmx?.process($("#rows"));
  document.dispatchEvent(new CustomEvent("tl:content"));
}

document.addEventListener("click", (event) => { if (event.target.closest("#pill-new")) loadArrivals().catch(() => location.reload()); });
onContent(() => { if ($("#rows") && waiting.size) pill(); });

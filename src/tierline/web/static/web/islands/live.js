/* Live changes: an event names what changed, the page fetches its own fragments again. Nothing moves under the
 * pointer: a row changes in place, new rows wait behind a pill. */
import { $, $all, fetchPage, onContent } from "./dom.js";

const changed = new Set();
let timer;
let source;
let lostAt = 0;
const FRAGMENTS = ["ticket-head", "ticket-timeline", "ticket-left", "ticket-clocks", "nav-counts"];

function online(on) {
  const banner = $("#live-lost");
  const dot = $("#live-dot");
  const word = $("#live-word");
  if (on) lostAt = 0;
  else if (!lostAt) lostAt = Date.now();
  if (banner) banner.hidden = on || Date.now() - lostAt < 4000;
  if (dot) dot.className = on ? "dot dot--ok dot--live" : "dot dot--off";
  if (word) word.textContent = on ? word.dataset.live : word.dataset.off;
}

async function refreshTicket() {
  const here = $("[data-ticket]");
  const page = await fetchPage(location.pathname + location.search);
  const fresh = $("[data-ticket]", page);
  if (!fresh || fresh.dataset.version === here.dataset.version) return;
  const line = $("#ticket-timeline");
  const atEnd = line && line.scrollHeight - line.scrollTop - line.clientHeight < 40;
  const top = line?.scrollTop;
  for (const id of FRAGMENTS) {
    const old = document.getElementById(id);
    const now = page.getElementById(id);
    if (old && now && !old.contains(document.activeElement)) old.replaceWith(document.adoptNode(now));
  }
  here.dataset.version = fresh.dataset.version;
  const shown = $("#ticket-timeline");
  if (shown) {
    shown.dataset.placed = "yes";
    shown.scrollTop = atEnd ? shown.scrollHeight : top;
  }
  // What the reader now sees is what a reply answers; other forms keep the version they were filled in at.
  for (const form of $all("[data-composer] form, form.reply")) {
    const other = $(`form[action="${form.getAttribute("action")}"]`, page);
    for (const name of ["version", "seq"]) {
      const field = $(`[name=${name}]`, form);
      const value = other && $(`[name=${name}]`, other)?.value;
      if (field && value) field.value = value;
    }
  }
  document.dispatchEvent(new CustomEvent("tl:content"));
}

async function refreshQueue(ids, all) {
  const page = await fetchPage(location.pathname + location.search);
  const counts = page.getElementById("nav-counts");
  if (counts) $("#nav-counts")?.replaceWith(document.adoptNode(counts));
  const known = new Set($all(".qr").map((row) => row.id));
  for (const row of $all(".qr")) {
    if (!all && !ids.has(row.dataset.id)) continue;
    const fresh = page.getElementById(row.id);
    if (!fresh) { row.classList.add("qr--gone"); continue; }
    if (fresh.dataset.version === row.dataset.version && !all) continue;
    const now = document.adoptNode(fresh);
    if (row.hasAttribute("data-cursor")) now.setAttribute("data-cursor", "");
    const box = $(".cb", row);
    if (box?.checked) $(".cb", now).checked = true;
    row.replaceWith(now);
  }
  const arrived = $all(".qr", page).filter((row) => !known.has(row.id)).length;
  const pill = $("#pill-new");
  if (pill) {
    pill.hidden = arrived === 0;
    const words = $("[data-words]", pill);
    words.textContent = words.dataset.words.replace("{n}", arrived);
  }
  document.dispatchEvent(new CustomEvent("tl:content"));
}

function refresh(all = false) {
  const ids = new Set(changed);
  changed.clear();
  const ticket = $("[data-ticket]");
  const work = ticket && (all || ids.has(ticket.dataset.ticket)) ? refreshTicket() : $("#rows") ? refreshQueue(ids, all) : null;
  work?.catch(() => online(false));
}

async function loadArrivals() {
  const page = await fetchPage(location.pathname + location.search);
  $("#rows").replaceWith(document.adoptNode(page.getElementById("rows")));
  $("#pill-new").hidden = true;
  document.dispatchEvent(new CustomEvent("tl:content"));
}

document.addEventListener("click", (event) => { if (event.target.closest("#pill-new")) loadArrivals(); });
document.addEventListener("keydown", (event) => {
  if (event.key === "." && $("#pill-new") && !$("#pill-new").hidden && !/INPUT|TEXTAREA|SELECT/.test(event.target.tagName)) loadArrivals();
});

function listen() {
  if (source || !window.EventSource || !($("[data-ticket]") || $("#rows"))) return;
  source = new EventSource("/live");
  source.addEventListener("open", () => online(true));
  source.addEventListener("error", () => online(false));
  source.addEventListener("change", (event) => {
    changed.add(String(JSON.parse(event.data).id));
    clearTimeout(timer);
    timer = setTimeout(refresh, 40);
  });
  source.addEventListener("gap", () => { clearTimeout(timer); timer = setTimeout(() => refresh(true), 40); });
  setInterval(() => { if (lostAt) online(false); }, 2000);
}

onContent(listen);
onContent(() => { if (source) online(source.readyState === 1); });
window.addEventListener("pagehide", () => source?.close());

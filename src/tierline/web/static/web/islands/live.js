/* Live changes: an event names what changed, the page fetches its own fragments again. Nothing moves under the
 * pointer, focus and scroll stay, and what is being typed is nobody's to replace. */
import { $, $all, fetchPage } from "./dom.js";
import { fresh, lost, on } from "./connection.js";
import { refreshQueue } from "./arrivals.js"; // the queue page's own part of this

const FRAGMENTS = ["ticket-head", "ticket-timeline", "ticket-left", "ticket-clocks", "nav-counts"];
const changed = new Set();
let timer;
let busy = false;
let waiting = null;

const stampOf = (ticket) => `${ticket.dataset.version}.${ticket.dataset.seq}`;

async function refreshTicket() {
  const here = $("[data-ticket]");
  const page = await fetchPage(`${location.pathname}?live=1`);
  const now = $("[data-ticket]", page);
  fresh();
  if (!now || stampOf(now) === stampOf(here)) return;
  const line = $("#ticket-timeline");
  const atEnd = line && line.scrollHeight - line.scrollTop - line.clientHeight < 40;
  const top = line?.scrollTop;
  const opened = new Set($all("details[open]", line || document.body).map((d) => d.previousElementSibling?.id));
  for (const id of FRAGMENTS) {
    const old = document.getElementById(id);
    const next = page.getElementById(id);
    if (!old || !next || old.isEqualNode(next)) continue;
    if (old.contains(document.activeElement) && document.activeElement !== old) continue;
    const focused = document.activeElement === old;
    document.adoptNode(next);
    old.replaceWith(next);
    if (focused) next.focus({ preventScroll: true });
  }
  here.dataset.version = now.dataset.version;
  here.dataset.seq = now.dataset.seq;
  const shown = $("#ticket-timeline");
  if (shown) {
    $all("details", shown).forEach((d) => { if (opened.has(d.previousElementSibling?.id)) d.open = true; });
    shown.dataset.placed = "yes";
    shown.scrollTop = atEnd ? shown.scrollHeight : top;
  }
  answerWhatIsSeen(page);
  document.dispatchEvent(new CustomEvent("tl:content"));
  document.dispatchEvent(new CustomEvent("tl:refreshed", { detail: page }));
}

/* An empty reply answers what is now on the page. One that is being written keeps the version it was begun at, until
 * its writer has said that the news is seen: sent before that, the server shows both. */
function answerWhatIsSeen(page, forced = false) {
  for (const form of $all("[data-composer] form, form.reply")) {
    const other = $(`form[action="${form.getAttribute("action")}"]`, page);
    const written = $all("textarea", form).some((area) => area.value.trim());
    const moved = other && $("[name=version]", form)?.value !== $("[name=version]", other)?.value;
    if (written && moved && !forced && form.closest("[data-composer]")) {
      tellNews(page);
      continue;
    }
    for (const name of ["version", "seq"]) {
      const field = $(`[name=${name}]`, form);
      const value = other && $(`[name=${name}]`, other)?.value;
      if (field && value) field.value = value;
    }
  }
}

function tellNews(page) {
  const news = $("[data-news]");
  const last = $all("#ticket-timeline .msg, #ticket-timeline .sys").pop();
  if (!news || !last) return;
  waiting = page;
  const who = $("b", last)?.textContent || "";
  const when = $("time", last)?.textContent || "";
  const words = $("[data-words]", news);
  words.textContent = words.dataset.words.replace("{who}", `${who} ${when}`.trim());
  news.hidden = false;
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-seen]")) return;
  $("[data-news]").hidden = true;
  if (waiting) answerWhatIsSeen(waiting, true);
  waiting = null;
  $("[data-composer] [data-mode]:not([hidden]) textarea")?.focus();
});

async function refresh(all = false) {
  if (busy) { clearTimeout(timer); timer = setTimeout(() => refresh(all), 60); return; }
  const ids = new Set(changed);
  changed.clear();
  const ticket = $("[data-ticket]");
  busy = true;
  try {
    if (ticket && (all || ids.has(ticket.dataset.ticket))) await refreshTicket();
    else if ($("#rows")) { await refreshQueue(ids, all); fresh(); }
  } catch {
    lost();
  } finally {
    busy = false;
  }
}

const soon = (all) => { clearTimeout(timer); timer = setTimeout(() => refresh(all), 20); };
on("change", (told) => {
  if (told.what === "notice") { document.dispatchEvent(new CustomEvent("tl:notice", { detail: told })); return; }
  changed.add(String(told.id));
  soon(false);
});
on("gap", () => soon(true));

/* Who is on a ticket: this page says what its person does, and shows what the others' pages say. */
import { $, $all, onContent } from "./dom.js";
import { on } from "./connection.js";

const EVERY = 15000;
const STILL = 6000;
const RANK = { typing: 0, viewing: 1, away: 2 };
const page = Array.from(crypto.getRandomValues(new Uint8Array(8)), (n) => n.toString(16).padStart(2, "0")).join("");
const seen = new Map();
let said = "";
let saidAt = 0;
let still;

const here = () => $("#presence") && $("[data-ticket]");

/* ------------------------------ what we say ------------------------------ */
function say(state, about = "", isLast = false) {
  const ticket = here();
  const token = $("[name=csrfmiddlewaretoken]")?.value;
  if (!ticket || !token) return;
  const word = `${state}/${about}`;
  if (word === said && Date.now() - saidAt < EVERY - 500) return;
  said = word;
  saidAt = Date.now();
  const body = new URLSearchParams({ csrfmiddlewaretoken: token, state, on: about, page });
  fetch(`/tickets/${encodeURIComponent(ticket.dataset.number)}/presence`, { method: "POST", body, keepalive: isLast }).catch(() => { said = ""; });
}

const resting = () => say(document.visibilityState === "hidden" ? "away" : "viewing");

document.addEventListener("input", (event) => {
  const about = event.target.form?.dataset.typing;
  if (!about || !here()) return;
  say("typing", about);
  clearTimeout(still);
  still = setTimeout(resting, STILL);
});
document.addEventListener("visibilitychange", resting);
document.addEventListener("tl:connected", () => { said = ""; resting(); });
window.addEventListener("pagehide", () => say("gone", "", true));
setInterval(() => { if (here()) { const [state, about] = said.split("/"); if (state) say(state, about); } }, EVERY);

/* ----------------------------- what they say ----------------------------- */
on("presence", (told) => {
  const key = `${told.id}.${told.person}.${told.page}`;
  seen.delete(key);
  if (told.state !== "gone") seen.set(key, { ...told, until: Date.now() + told.expires_in * 1000 });
  draw();
});

function present(ticket) {
  const people = new Map();
  for (const [key, told] of seen) {
    if (told.until <= Date.now()) { seen.delete(key); continue; }
    if (String(told.id) !== String(ticket)) continue;
    const known = people.get(told.person);
    if (!known || RANK[told.state] < RANK[known.state]) people.set(told.person, told);
  }
  return [...people.values()].sort((a, b) => RANK[a.state] - RANK[b.state]);
}

const initial = (name) => { const bare = name.trim(); return /[\u4e00-\u9fff]$/.test(bare) ? bare.slice(-1) : bare.slice(0, 1).toUpperCase() || "·"; };

function avatar(told, words) {
  const mark = document.createElement("span");
  mark.className = `av av--${told.state === "typing" ? "typing" : told.state === "away" ? "away" : "view"}`;
  mark.dataset.h = (told.person % 6) + 1;
  mark.title = words;
  mark.setAttribute("role", "img");
  mark.setAttribute("aria-label", words);
  mark.textContent = initial(told.name);
  return mark;
}

function wordsOf(box, told) {
  const d = box.dataset;
  const words = told.state === "typing" ? { reply: d.typingReply, note: d.typingNote }[told.on] || d.typing : d[told.state];
  return (words || "{name}").replace("{name}", told.name);
}

function draw() {
  const box = $("#presence");
  if (box && here()) {
    const people = present(here().dataset.ticket);
    $(".avs", box).replaceChildren(...people.slice(0, 5).map((told) => avatar(told, wordsOf(box, told))));
    const words = people.filter((told) => told.state === "typing").map((told) => wordsOf(box, told)).join(" · ");
    const line = $("[aria-live]", box);
    if (line.textContent !== words) line.textContent = words;
  }
  const list = $("#rows-presence");
  for (const row of list ? $all(".qr[data-id]") : []) {
    const cell = $(".qr__a", row);
    if (!cell) continue;
    const people = present(row.dataset.id);
    const old = $(".here", cell);
    if (!people.length) { old?.remove(); continue; }
    const now = document.createElement("span");
    now.className = "here";
    now.append(...people.slice(0, 2).map((told) => avatar(told, wordsOf(list, told))));
    if (!old) cell.append(now);
    else if (!old.isEqualNode(now)) old.replaceWith(now);
  }
}

onContent(draw);
setInterval(() => { if (seen.size) draw(); }, 2000);

/* The one live connection: it comes back by itself, later each time, and says how old the page is meanwhile. */
import { $, clockOf, onContent } from "./dom.js";

const FIRST = 1000;
const LONGEST = 30000;
const GRACE = 3000;
let source = null;
let tries = 0;
let again;
let lastId = "";
let asOf = Date.now();
let lostAt = 0;
const takers = new Map();

/* ``take`` gets the parsed data of every event of that name. */
export function on(name, take) {
  takers.set(name, take);
  if (source) hear(name, take);
}

function hear(name, take) {
  source.addEventListener(name, (event) => {
    if (event.lastEventId) lastId = event.lastEventId;
    take(JSON.parse(event.data));
  });
}

export const isOffline = () => navigator.onLine === false;

function ago(banner, ms) {
  const s = Math.max(0, Math.round(ms / 1000));
  const [words, n] = s < 60 ? [banner.dataset.seconds, s] : s < 3600 ? [banner.dataset.minutes, Math.floor(s / 60)] : [banner.dataset.hours, Math.floor(s / 3600)];
  return words.replace("{n}", n);
}

function show() {
  const banner = $("#live-lost");
  const lost = lostAt && (isOffline() || Date.now() - lostAt >= GRACE);
  if (banner) {
    banner.hidden = !lost;
    const words = isOffline() ? banner.dataset.offline : banner.dataset.words;
    if (lost) $("[data-lost]", banner).textContent = words.replace("{at}", clockOf(asOf, true)).replace("{ago}", ago(banner, Date.now() - asOf));
  }
  const dot = $("#live-dot");
  const word = $("#live-word");
  const up = source?.readyState === 1;
  if (dot) dot.className = up ? "dot dot--ok dot--live" : "dot dot--off";
  if (word) word.textContent = up ? word.dataset.live : word.dataset.off;
}

export function lost() {
  if (!lostAt) lostAt = Date.now();
  show();
}

/* What the page shows is as of now. */
export function fresh() {
  asOf = Date.now();
}

function close() {
  source?.close();
  source = null;
}

function later() {
  close();
  if (document.visibilityState !== "hidden" || tries === 0) lost();
  clearTimeout(again);
  const wait = Math.min(LONGEST, FIRST * 2 ** tries) * (0.75 + Math.random() / 2);
  tries += 1;
  again = setTimeout(connect, wait);
}

function connect() {
  clearTimeout(again);
  if (!window.EventSource || source) return;
  // A page that was connected before asks for what it missed.
  source = new EventSource(lostAt ? `/live?after=${encodeURIComponent(lastId || "0")}` : "/live");
  source.addEventListener("open", () => {
    tries = 0;
    if (!lostAt) fresh();
    lostAt = 0;
    show();
    document.dispatchEvent(new CustomEvent("tl:connected"));
  });
  source.addEventListener("error", later);
  takers.forEach((take, name) => hear(name, take));
}

/* An assignment ended: the page is asked for anew, and shows what is left or says that nothing is. */
on("reach", () => location.reload());

const wanted = () => $("[data-ticket], #rows, #bell, [data-notices]");

onContent(() => {
  if (wanted() && !source && !lostAt) connect();
  show();
});
setInterval(() => {
  if (source?.readyState === 1) fresh();
  else if (lostAt) show();
}, 1000);
window.addEventListener("offline", () => { close(); clearTimeout(again); lost(); });
window.addEventListener("online", () => { tries = 0; if (wanted()) connect(); });
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible" && lostAt && !source) { tries = 0; connect(); } });
window.addEventListener("pagehide", close);
window.addEventListener("pageshow", (event) => { if (event.persisted && wanted()) { lostAt = Date.now(); connect(); } });

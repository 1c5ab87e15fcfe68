/* What was typed survives a reload, a lost session and a change of language; it goes when it was sent. */
import { $, $all, clockOf, meta, onContent } from "./dom.js";
import { isOffline, lost } from "./connection.js";

const PREFIX = "tl.draft.";
const PENDING = "tl.sent";
const person = () => meta("tl-person");
const keyOf = (form) => `${PREFIX}${person()}.${form.dataset.draft}`;
const fieldsOf = (form) => $all("textarea, input[type=text], input[type=email], input:not([type])", form).filter((f) => f.name);
let timer;

function store(name, value) {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, value);
  } catch { /* private mode: no drafts */ }
}

function load(name) {
  try { return localStorage.getItem(name); } catch { return null; }
}

function tell(form, at) {
  const note = $("[data-draft-note]", form);
  if (note) note.textContent = at ? (meta("tl-draft") || "{at}").replace("{at}", at) : "";
}

function save(form) {
  const typed = fieldsOf(form).map((f) => [f.name, f.value, f.defaultValue]);
  const changed = typed.some(([, value, original]) => value !== original);
  const at = clockOf(Date.now());
  const before = load(keyOf(form));
  const written = JSON.stringify(typed.map(([name, value]) => [name, value]));
  if (changed && before && JSON.stringify(JSON.parse(before).typed) === written) return;
  store(keyOf(form), changed ? JSON.stringify({ at, typed: JSON.parse(written) }) : null);
  tell(form, changed ? at : "");
}

function restore(form) {
  const kept = load(keyOf(form));
  if (!kept || form.dataset.restored) return;
  form.dataset.restored = "yes";
  const fields = fieldsOf(form);
  const { at, typed } = JSON.parse(kept);
  tell(form, at);
  (typed || []).forEach(([name, value], n) => {
    const field = fields[n]?.name === name ? fields[n] : fields.find((f) => f.name === name);
    if (field && field.value === field.defaultValue) field.value = value;
  });
  form.dispatchEvent(new CustomEvent("tl:restored", { bubbles: true }));
}

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (!form?.dataset.draft) return;
  clearTimeout(timer);
  timer = setTimeout(() => save(form), 400);
});

document.addEventListener("tl:save", () => $all("form[data-draft]").forEach(save));
window.addEventListener("pagehide", () => $all("form[data-draft]").forEach((form) => form.dataset.sent || save(form)));

/* Offline nothing is sent into the void: the draft is kept, and the banner says so. */
document.addEventListener("submit", (event) => {
  if (event.target.method !== "post" || !isOffline()) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  $all("form[data-draft]").forEach(save);
  lost();
  const note = $("[data-draft-note]", event.target);
  const words = $("#live-lost")?.dataset.kept;
  if (note && words) note.textContent = words;
}, true);

document.addEventListener("submit", (event) => {
  if (event.target.dataset?.draft) {
    event.target.dataset.sent = "yes";
    clearTimeout(timer);
    save(event.target);
    store(PENDING, keyOf(event.target));
  }
  if (event.target.getAttribute?.("action") === "/signout") {
    for (const name of Object.keys(localStorage)) if (name.startsWith(PREFIX)) store(name, null);
  }
});

onContent(() => {
  const sent = load(PENDING);
  if (sent && new URLSearchParams(location.search).has("done")) store(sent, null);
  store(PENDING, null);
  $all("form[data-draft]").forEach(restore);
});

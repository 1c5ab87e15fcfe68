/* What was typed survives a reload, a lost session and a change of language; it goes when it was sent. */
import { $, $all, meta, onContent } from "./dom.js";

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

function save(form) {
  const typed = fieldsOf(form).map((f) => [f.name, f.value, f.defaultValue]);
  const changed = typed.some(([, value, original]) => value !== original);
  store(keyOf(form), changed ? JSON.stringify(typed.map(([name, value]) => [name, value])) : null);
  const note = $("[data-draft-note]", form);
  const at = new Date().toTimeString().slice(0, 5);
  if (note && changed) note.textContent = (meta("tl-draft") || "{at}").replace("{at}", at);
}

function restore(form) {
  const kept = load(keyOf(form));
  if (!kept || form.dataset.restored) return;
  form.dataset.restored = "yes";
  const fields = fieldsOf(form);
  JSON.parse(kept).forEach(([name, value], n) => {
    const field = fields[n]?.name === name ? fields[n] : fields.find((f) => f.name === name);
    if (field && field.value === field.defaultValue) field.value = value;
  });
}

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (!form?.dataset.draft) return;
  clearTimeout(timer);
  timer = setTimeout(() => save(form), 400);
});

document.addEventListener("tl:save", () => $all("form[data-draft]").forEach(save));
window.addEventListener("pagehide", () => $all("form[data-draft]").forEach((form) => form.dataset.sent || save(form)));

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

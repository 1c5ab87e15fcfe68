/* Files of a message that is being written: picked, dropped or pasted, they go up at once, each with its own
 * progress and its own error. Without script the form's own file field does it. */
import { $, $all, onContent } from "./dom.js";

const LIMIT = 25 * 1024 * 1024;
const size = (n) => (n < 1024 ? `${n} B` : n < 1048576 ? `${Math.round(n / 1024)} KB` : `${(n / 1048576).toFixed(1)} MB`);
const listOf = (form) => $("[data-uploads]", form);
const keyOf = (form) => `tl.files.${form.dataset.draft}`;
const kept = (form) => $all("[data-kept]", listOf(form)).map((li) => ({ id: li.dataset.kept, name: li.dataset.name, size: Number(li.dataset.size) }));

function remember(form) {
  const files = kept(form);
  $("[name=kept]", form).value = files.map((f) => f.id).join(",");
  try {
    if (files.length) localStorage.setItem(keyOf(form), JSON.stringify(files));
    else localStorage.removeItem(keyOf(form));
  } catch { /* private mode */ }
  const busy = $all(".att--up", listOf(form)).length > 0;
  $all("button:not([type=button])", form).forEach((button) => { button.disabled = busy; });
}

function item(form, name, bytes) {
  const li = document.createElement("li");
  li.className = "att";
  li.dataset.name = name;
  li.dataset.size = bytes;
  const words = document.createElement("span");
  words.className = "trunc";
  words.textContent = name;
  const more = document.createElement("span");
  more.className = "muted nowrap";
  more.textContent = size(bytes);
  const away = document.createElement("button");
  away.type = "button";
  away.className = "att__x";
  away.setAttribute("aria-label", listOf(form).dataset.remove.replace("{name}", name));
  away.textContent = "×";
  away.addEventListener("click", () => { li.upload?.abort(); li.remove(); remember(form); });
  li.append(words, more, away);
  listOf(form).append(li);
  return { li, more };
}

function fail(form, file, { li, more }, why) {
  li.className = "att att--bad";
  more.className = "bad-t nowrap";
  more.textContent = why;
  if (file.size <= LIMIT && !$(".att__again", li)) {
    const again = document.createElement("button");
    again.type = "button";
    again.className = "btn btn--s att__again";
    again.textContent = listOf(form).dataset.again;
    again.addEventListener("click", () => { li.remove(); send(form, file); });
    more.after(again);
  }
  remember(form);
}

function send(form, file) {
  const words = listOf(form).dataset;
  const shown = item(form, file.name, file.size);
  if (file.size > LIMIT) { fail(form, file, shown, words.tooLarge); return; }
  if (file.size === 0) { fail(form, { size: LIMIT + 1 }, shown, words.empty); return; }
  shown.li.classList.add("att--up");
  const bar = document.createElement("i");
  bar.className = "att__bar w-0";
  shown.li.append(bar);
  const upload = new XMLHttpRequest();
  shown.li.upload = upload;
  upload.open("POST", form.dataset.files);
  upload.setRequestHeader("X-CSRFToken", $("[name=csrfmiddlewaretoken]", form).value);
  upload.setRequestHeader("Accept", "application/json");
  upload.upload.addEventListener("progress", (event) => {
    const part = event.lengthComputable ? Math.round((100 * event.loaded) / event.total) : 0;
    bar.className = `att__bar w-${part}`;
    shown.more.textContent = `${words.waiting} ${part}%`;
  });
  upload.addEventListener("loadend", () => {
    bar.remove();
    if (upload.status === 201) {
      const told = JSON.parse(upload.responseText);
      shown.li.className = "att";
      shown.li.dataset.kept = told.id;
      shown.more.textContent = size(told.size);
      remember(form);
    } else if (shown.li.isConnected) {
      let why = words.failed;
      try { why = JSON.parse(upload.responseText).detail || why; } catch { /* no answer at all */ }
      fail(form, file, shown, why);
    }
  });
  const body = new FormData();
  body.append("file", file);
  upload.send(body);
  remember(form);
}

const formOf = (target) => target.closest?.("form[data-files]");

/* A form that sends its files with itself: only their names are told. */
function tellPicked(input) {
  const list = $("[data-picked]", input.closest("[data-drop]") || input);
  list?.replaceChildren(...[...input.files].map((file) => {
    const li = document.createElement("li");
    li.className = "att";
    li.textContent = `${file.name} ${size(file.size)}`;
    return li;
  }));
}

document.addEventListener("change", (event) => {
  if (event.target.type === "file" && event.target.closest("[data-drop]") && !formOf(event.target)) tellPicked(event.target);
});

for (const name of ["dragover", "drop"]) {
  document.addEventListener(name, (event) => {
    const input = event.target.closest?.("[data-drop]")?.querySelector("input[type=file]");
    if (!input || formOf(input) || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    if (name === "drop") { input.files = event.dataTransfer.files; tellPicked(input); }
  });
}

document.addEventListener("change", (event) => {
  const form = formOf(event.target);
  // A file that answers a question goes with the form, where the question stands.
  if (!form || event.target.type !== "file" || event.target.dataset.own !== undefined) return;
  [...event.target.files].forEach((file) => send(form, file));
  event.target.value = "";
});

document.addEventListener("paste", (event) => {
  const form = formOf(event.target);
  const files = [...(event.clipboardData?.files || [])];
  if (!form || !files.length) return;
  event.preventDefault();
  files.forEach((file) => send(form, file));
});

for (const name of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    const form = formOf(event.target);
    if (!form || !event.dataTransfer?.types.includes("Files")) return;
    form.classList.toggle("dropping", name === "dragover");
    if (name === "dragleave") return;
    event.preventDefault();
    if (name === "drop") [...event.dataTransfer.files].forEach((file) => send(form, file));
  });
}

onContent(() => {
  for (const form of $all("form[data-files]:not([data-filed])")) {
    form.dataset.filed = "yes";
    if (new URLSearchParams(location.search).has("done")) { try { localStorage.removeItem(keyOf(form)); } catch { /* private mode */ } }
    let files = [];
    try { files = JSON.parse(localStorage.getItem(keyOf(form)) || "[]"); } catch { /* nothing kept */ }
    const named = $("[name=kept]", form).value.split(",");
    for (const file of files) {
      if (named.some(Boolean) && !named.includes(String(file.id))) continue;
      item(form, file.name, file.size).li.dataset.kept = file.id;
    }
    if (files.length) remember(form);
  }
});

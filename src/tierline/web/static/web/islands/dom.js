/* Words shared by the islands. */
export const $ = (selector, root = document) => root.querySelector(selector);
export const $all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
export const meta = (name) => $(`meta[name="${name}"]`)?.content || "";

/* An input method composes: then no key is a shortcut. */
export const composing = (event) => event.isComposing || event.keyCode === 229;
export const typing = (target) => /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && !/^(checkbox|radio|button|submit)$/.test(target.type);

/* Single letters can be switched off on this device; then only keys with a modifier, and Esc, do something. */
export function lettersOn() {
  try { return localStorage.getItem("tl.letters") !== "off"; } catch { return true; }
}

/* 14:31 or 14:31:05 where the person is, as the server writes it. */
export function clockOf(ms, seconds = false) {
  const options = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", ...(seconds ? { second: "2-digit" } : {}) };
  try {
    return new Intl.DateTimeFormat("en-GB", { ...options, timeZone: meta("tl-zone") || undefined }).format(ms);
  } catch {
    return new Intl.DateTimeFormat("en-GB", options).format(ms);
  }
}

/* Runs now and after every swapped-in page or fragment. */
export function onContent(run) {
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => run(document));
  else run(document);
  document.addEventListener("tl:content", () => run(document));
  document.addEventListener("htmx:afterSettle", () => run(document));
}

export async function fetchPage(url) {
  const answer = await fetch(url, { headers: { Accept: "text/html" }, credentials: "same-origin" });
  if (!answer.ok) throw new Error(String(answer.status));
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

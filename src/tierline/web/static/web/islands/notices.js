/* Something for this person arrived: the bell, and on the notice centre the list, are fetched again. */
import { $, fetchPage } from "./dom.js";

let timer;

async function refresh() {
  if ($("#bell")) {
    const page = await fetchPage("/notices/bell");
    const fresh = page.getElementById("bell");
    const old = $("#bell");
    if (fresh && old) {
      if (old.hasAttribute("aria-current")) fresh.setAttribute("aria-current", "page");
      old.replaceWith(document.adoptNode(fresh));
    }
  }
  const list = $("[data-notices]");
  // Whoever is about to press something there keeps it under the finger.
  if (!list || list.contains(document.activeElement)) return;
  const page = await fetchPage(location.pathname + location.search);
  const fresh = $("[data-notices]", page);
  if (fresh) list.replaceWith(document.adoptNode(fresh));
  document.dispatchEvent(new CustomEvent("tl:content"));
}

document.addEventListener("tl:notice", () => {
  clearTimeout(timer);
  timer = setTimeout(() => refresh().catch(() => {}), 120);
});

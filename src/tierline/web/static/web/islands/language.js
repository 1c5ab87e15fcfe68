/* The other language without a reload: the same page again, in place. What was typed comes back from the drafts; the
 * open panel, the box that is written in, the scroll and the focus stay. */
import { $, $all, fetchPage } from "./dom.js";
import { pickNamed } from "./tabs.js";
import { mode } from "./composer.js";

document.addEventListener("submit", async (event) => {
  const button = $("[data-language]", event.target);
  if (!button || event.submitter !== button) return;
  event.preventDefault();
  document.dispatchEvent(new CustomEvent("tl:save"));
  document.cookie = `tierline_lang=${button.value};path=/;max-age=31536000;samesite=lax`;
  const tab = $("[data-tabs] [aria-selected=true]")?.getAttribute("href")?.slice(1);
  const box = $("[data-composer] [data-mode]:not([hidden])")?.dataset.mode;
  const line = $("#ticket-timeline");
  const at = line && line.scrollHeight - line.scrollTop;
  try {
    const page = await fetchPage(location.href);
    const top = window.scrollY;
    document.documentElement.lang = page.documentElement.lang;
    document.title = page.title;
    for (const meta of $all("meta[name^=tl-]", page)) $(`meta[name="${meta.name}"]`)?.setAttribute("content", meta.content);
    document.body.replaceChildren(...page.body.childNodes);
    window.htmx?.process(document.body);
    const now = $("#ticket-timeline");
    if (now) { now.dataset.placed = "yes"; now.scrollTop = now.scrollHeight - at; }
    window.scrollTo(0, top);
    document.dispatchEvent(new CustomEvent("tl:content"));
    if (tab) pickNamed(tab);
    if (box) mode(box, false);
    $("[data-language]")?.focus({ preventScroll: true });
  } catch {
    location.reload();
  }
});

/* The other language without a reload: the same page again, in place; what was typed comes back from the drafts. */
import { $, fetchPage } from "./dom.js";

document.addEventListener("submit", async (event) => {
  const button = $("[data-language]", event.target);
  if (!button || event.submitter !== button) return;
  event.preventDefault();
  document.dispatchEvent(new CustomEvent("tl:save"));
  document.cookie = `tierline_lang=${button.value};path=/;max-age=31536000;samesite=lax`;
  try {
    const page = await fetchPage(location.href);
    const top = window.scrollY;
    document.documentElement.lang = page.documentElement.lang;
    document.title = page.title;
    document.body.replaceChildren(...page.body.childNodes);
    window.htmx?.process(document.body);
    window.scrollTo(0, top);
    document.dispatchEvent(new CustomEvent("tl:content"));
  } catch {
    location.reload();
  }
});

/* Parts of a page that another room serves. The old content stays; only after 300 ms a skeleton says that it comes. */
import { $all, onContent } from "./dom.js";

const PATIENCE = 300;

export function skeleton(lines = 2) {
  return Array.from({ length: lines }, (_, n) => {
    const line = document.createElement("span");
    line.className = `skel skel--line w-${[64, 88, 40][n % 3]}`;
    return line;
  });
}

export async function load(box, url, options = {}) {
  const late = setTimeout(() => { if (!box.childElementCount) box.replaceChildren(...skeleton(options.lines)); box.setAttribute("aria-busy", "true"); }, PATIENCE);
  try {
    const answer = await fetch(url, { headers: { Accept: "text/html", "HX-Request": "true" }, credentials: "same-origin", signal: options.signal });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    box.replaceChildren(...page.body.childNodes);
    return true;
  } catch (error) {
    if (error.name !== "AbortError") box.querySelectorAll(".skel").forEach((line) => line.remove());
    return false;
  } finally {
    clearTimeout(late);
    box.removeAttribute("aria-busy");
  }
}

onContent(() => {
  for (const box of $all("[data-fragment]:not([data-loaded])")) {
    box.dataset.loaded = "yes";
    load(box, box.dataset.fragment);
  }
});

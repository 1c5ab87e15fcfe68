/* A table that becomes cards on a narrow screen: each cell takes its column's heading along. */
import { $all, onContent } from "./dom.js";

onContent(() => {
  for (const table of $all(".tbl--stack:not([data-headed])")) {
    table.dataset.headed = "yes";
    const heads = $all("thead th", table).map((th) => th.textContent.trim());
    for (const row of $all("tbody tr", table)) {
      $all("td", row).forEach((cell, n) => { if (heads[n] && n > 0) cell.dataset.th = heads[n]; });
    }
  }
});

/* A box that scrolls can be reached and moved by keys; one that does not is no stop on the way. */
function reach() {
  for (const box of $all(".scroll-x:not([tabindex])")) {
    if (box.scrollWidth <= box.clientWidth) continue;
    box.tabIndex = 0;
    box.setAttribute("role", "group");
    const heading = box.closest("section, article, main")?.querySelector("h1, h2, h3");
    box.setAttribute("aria-label", box.querySelector("caption")?.textContent.trim() || heading?.textContent.trim() || document.title);
  }
}

onContent(reach);
window.addEventListener("resize", reach);

/* A part of the page that says of itself that it goes on changing: fetched again every so many seconds, until it
 * says no more. */
import { $, $all, fetchPage, onContent } from "./dom.js";

const waiting = new WeakSet();

function follow(part) {
  waiting.add(part);
  setTimeout(async () => {
    if (!part.isConnected) return;
    let next = part;
    try {
      next = $(`#${CSS.escape(part.id)}`, await fetchPage(location.href)) || part;
    } catch { /* the server is away: it is asked again */ }
    if (next !== part) part.replaceWith(document.adoptNode(next));
    if (next.dataset.refetch) follow(next);
  }, Number(part.dataset.refetch) * 1000);
}

onContent(() => $all("[data-refetch][id]").forEach((part) => { if (!waiting.has(part)) follow(part); }));

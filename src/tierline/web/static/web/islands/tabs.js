/* A list of anchors becomes tabs (WAI-ARIA: arrow keys, one tab stop). Without script it stays a table of contents. */
import { $, $all, onContent } from "./dom.js";

const tabsOf = (list) => $all("a[href^='#']", list);
const panelOf = (tab) => document.getElementById(tab.getAttribute("href").slice(1));

export function pick(tab, focus = false) {
  for (const other of tabsOf(tab.closest("[data-tabs]"))) {
    const on = other === tab;
    other.setAttribute("aria-selected", on);
    other.tabIndex = on ? 0 : -1;
    panelOf(other).hidden = !on;
  }
  if (focus) tab.focus();
}

export function pickNamed(name) {
  const tab = $(`[data-tabs] a[href="#${name}"]`);
  if (tab) pick(tab);
  return Boolean(tab);
}

onContent(() => {
  for (const list of $all("[data-tabs]:not([role])")) {
    list.setAttribute("role", "tablist");
    const tabs = tabsOf(list);
    for (const tab of tabs) {
      tab.setAttribute("role", "tab");
      tab.setAttribute("aria-controls", panelOf(tab).id);
      panelOf(tab).setAttribute("role", "tabpanel");
      panelOf(tab).setAttribute("aria-labelledby", tab.id);
    }
    const wanted = new URLSearchParams(location.search).get("tab") || location.hash.slice(1);
    pick(tabs.find((tab) => tab.getAttribute("href") === `#${wanted}`) || tabs[0]);
  }
});

document.addEventListener("click", (event) => {
  const tab = event.target.closest("[data-tabs] a[role=tab]");
  const opener = event.target.closest("a[data-panel]");
  if (tab) {
    event.preventDefault();
    pick(tab);
  } else if (opener && pickNamed(opener.dataset.panel)) {
    event.preventDefault();
    $(`#${opener.dataset.panel} .move[open] textarea, #${opener.dataset.panel} .move[open] input:not([type=hidden])`)?.focus();
  }
});

document.addEventListener("keydown", (event) => {
  const tab = event.target.closest?.("[data-tabs] a[role=tab]");
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!tab || !step) return;
  const tabs = tabsOf(tab.closest("[data-tabs]"));
  event.preventDefault();
  pick(tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length], true);
});

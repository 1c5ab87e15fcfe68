/* SLA clocks: the server sends the due time, this only counts, by the server's idea of now. */
import { $, $all, meta } from "./dom.js";

const skew = Date.parse(meta("tl-now")) - Date.now() || 0;
const two = (n) => String(n).padStart(2, "0");

function shown(seconds) {
  const a = Math.abs(seconds);
  const sign = seconds < 0 ? "−" : "";
  if (a < 3600) return `${sign}${two(Math.floor(a / 60))}:${two(a % 60)}`;
  if (a < 86400) return `${sign}${Math.floor(a / 3600)}h ${two(Math.floor((a % 3600) / 60))}m`;
  return `${sign}${Math.floor(a / 86400)}d ${Math.floor((a % 86400) / 3600)}h`;
}

function tick() {
  const now = Date.now() + skew;
  for (const clock of $all("[data-due]")) {
    const left = Math.floor((Date.parse(clock.dataset.due) - now) / 1000);
    const total = Number(clock.dataset.total) || 1;
    $("b", clock).textContent = shown(left);
    const width = Math.max(0, Math.min(100, Math.round((100 * left) / total)));
    $("i", clock).className = `w-${width}`;
    clock.classList.toggle("sla--bad", left <= 0);
    clock.classList.toggle("sla--warn", left > 0 && left < 3600 && left < total / 3);
  }
}

setInterval(tick, 1000);
document.addEventListener("tl:content", tick);

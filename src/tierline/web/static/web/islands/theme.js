/* Light, dark or the system's, at once; the server reads the cookie for the next page. */
import { $, $all } from "./dom.js";

const NEXT = { system: "dark", dark: "light", light: "system" };
const MEDIA = { system: "screen and (prefers-color-scheme: dark)", dark: "screen", light: "not all" };
const ICON = { system: "monitor", dark: "moon", light: "sun" };

document.addEventListener("submit", (event) => {
  const button = $("[data-theme-next]", event.target);
  if (!button) return;
  event.preventDefault();
  const theme = NEXT[document.documentElement.dataset.theme] || "system";
  document.documentElement.dataset.theme = theme;
  $("#dark").media = MEDIA[theme];
  document.cookie = `tierline_theme=${theme};path=/;max-age=31536000;samesite=lax`;
  $all("[data-theme-next]").forEach((b) => {
    b.value = NEXT[theme];
    const words = b.dataset[`name${theme[0].toUpperCase()}${theme.slice(1)}`];
    if (words) { b.title = words; b.setAttribute("aria-label", words); }
    const use = $("use", b);
    use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#i-${ICON[theme]}`));
  });
});

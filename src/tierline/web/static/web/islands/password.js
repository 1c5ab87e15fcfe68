/* Show what is typed into a password field. */
import { $all, onContent } from "./dom.js";

onContent(() => $all("[data-reveal][hidden]").forEach((button) => { button.hidden = false; }));

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-reveal]");
  if (!button) return;
  const field = document.getElementById(button.dataset.reveal);
  const words = button.textContent;
  field.type = field.type === "password" ? "text" : "password";
  button.textContent = button.dataset.hide;
  button.dataset.hide = words;
  field.focus();
});

/* Says to the styles that script runs: what needs it shows only then. */
document.documentElement.classList.add("js");

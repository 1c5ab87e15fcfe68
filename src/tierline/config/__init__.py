"""The composition root: settings, URLs, the wiring table, and the entries of web and worker."""

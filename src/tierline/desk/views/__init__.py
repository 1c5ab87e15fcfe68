"""Pages of the desk. They translate between a browser and the services; no rule lives here."""

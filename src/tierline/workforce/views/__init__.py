"""Pages of people and shifts."""

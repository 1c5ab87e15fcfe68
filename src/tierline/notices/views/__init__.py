"""Pages of the notifier."""

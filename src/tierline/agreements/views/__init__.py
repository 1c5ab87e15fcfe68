"""Pages of the agreements room, one file per kind of thing."""

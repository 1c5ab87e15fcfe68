"""Append-only record of who did what: one hash chain per subject, verifiable row by row."""

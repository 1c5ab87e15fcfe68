"""Doors in and out: raw first, then normalised, then a command."""

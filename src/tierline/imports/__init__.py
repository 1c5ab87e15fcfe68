"""Bringing tickets over from other desks: tables, event logs and exports, with their own times."""

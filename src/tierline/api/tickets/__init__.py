"""Tickets over REST: every endpoint calls one service or query of the desk."""

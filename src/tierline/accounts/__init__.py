"""Providers, enterprises, end customers, people, assignments, keys: who is who and who may reach what."""

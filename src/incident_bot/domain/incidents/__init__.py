"""Incidents: what one is, how it lives, what is said of it."""

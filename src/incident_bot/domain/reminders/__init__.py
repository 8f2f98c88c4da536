"""Reminders: when a status update is asked for, and of whom."""

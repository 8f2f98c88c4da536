"""Executable steps: what may run, with which values, approved by whom. Off by default."""

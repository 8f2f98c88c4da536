"""Runbook lint: RB001 to RB030, one module per family, findings with lines authors can go to."""

"""Paging: policies as data, the ladder that climbs them, the ledger that tells the truth."""

"""What we keep: the only floor that knows SQL."""

"""Door: the terminal."""

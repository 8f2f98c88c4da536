"""Messages as pure functions from read models to Block Kit."""

"""Door: people. Everything that speaks Slack."""

"""The incident desk inside Slack."""

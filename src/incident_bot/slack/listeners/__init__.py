"""What a person does in Slack, turned into operations."""

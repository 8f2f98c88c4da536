"""A local Slack workspace: Web API, Socket Mode and a page to type in."""

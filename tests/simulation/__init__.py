"""The whole bot and a whole Slack in one process, on a clock that jumps, from one seed."""

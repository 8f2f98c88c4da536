"""On-call: who is responsible at an instant."""

"""Door: time. Due timers and outbox effects."""

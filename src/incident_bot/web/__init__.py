"""Door: machines. Health, readiness, metrics."""

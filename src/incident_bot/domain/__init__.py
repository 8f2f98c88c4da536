"""What we know and how we decide: pure, no I/O, no clock."""

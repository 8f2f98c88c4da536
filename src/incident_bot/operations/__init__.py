"""What we do: one async function per act, one transaction each."""

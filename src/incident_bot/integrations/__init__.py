"""Door: other houses. One file per neighbour."""

"""Pages of the last stage."""

"""Pages of the climb."""

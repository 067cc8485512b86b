"""Forms of the climb."""

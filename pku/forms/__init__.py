"""Forms of the last stage."""

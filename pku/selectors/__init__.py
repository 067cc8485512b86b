"""Lists of the last stage."""

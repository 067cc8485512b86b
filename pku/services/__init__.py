"""What may be done at the last stage."""

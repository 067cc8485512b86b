"""What may be done with a case."""

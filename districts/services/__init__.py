"""What may be done to the municipality's records."""

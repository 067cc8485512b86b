"""What may be done in the pedagogical cycle."""

"""Pages of the pedagogical cycle."""

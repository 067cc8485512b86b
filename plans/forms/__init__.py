"""Forms of the pedagogical cycle: shape of input, no decisions."""

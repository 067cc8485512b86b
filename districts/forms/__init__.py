"""Forms of the municipality's pages."""

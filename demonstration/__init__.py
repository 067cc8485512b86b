"""The demonstration: an invented municipality with its history, built through the services."""

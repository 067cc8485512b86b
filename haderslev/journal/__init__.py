"""Who did what, who saw what and why; append-only."""

"""What pages, services and the floors above read of a case."""

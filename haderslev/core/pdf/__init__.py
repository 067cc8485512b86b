"""Documents as PDF/A-3a and PDF/UA-1: the same input gives the same bytes on every machine."""

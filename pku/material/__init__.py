"""Collected material: the content of a PPV request and of a referral, built from records."""

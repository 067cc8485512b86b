"""Collected material: what stands in a PPV request and in a referral, built from records."""

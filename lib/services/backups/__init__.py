"""Back-ups: making, checking, keeping and restoring them."""

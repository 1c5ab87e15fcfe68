"""Skills, tiers, who is on shift."""

"""Service catalogue, agreements and their versions, entitlements: which clocks apply."""

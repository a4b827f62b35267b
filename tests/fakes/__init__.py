"""Real servers on loopback that stand in for providers, and fail when a test asks them to."""

"""The books of a month."""

"""Second floor: the demo, a believable organisation made through the real desk, to be played with."""

from fieldtickets.demo.loading import is_loaded, load

__all__ = ["is_loaded", "load"]

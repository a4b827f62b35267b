"""A simulation: months of tickets played against the service, by people of different habits."""

from fieldtickets.simulation.checking import check
from fieldtickets.simulation.letterbox import Letterbox
from fieldtickets.simulation.machine import watched
from fieldtickets.simulation.people import Cast, engage
from fieldtickets.simulation.playing import Hands, Reply, Simulation
from fieldtickets.simulation.scene import Finding, Scene
from fieldtickets.simulation.telling import endings

__all__ = [
    "Cast",
    "Finding",
    "Hands",
    "Letterbox",
    "Reply",
    "Scene",
    "Simulation",
    "check",
    "endings",
    "engage",
    "watched",
]

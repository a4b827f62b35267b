"""A simulation: months of tickets played against the service, by people of different habits."""

from fieldtickets.simulation.checking import Finding, check
from fieldtickets.simulation.letterbox import Letterbox
from fieldtickets.simulation.people import Cast, engage
from fieldtickets.simulation.playing import Hands, Reply, Simulation
from fieldtickets.simulation.telling import endings

__all__ = [
    "Cast",
    "Finding",
    "Hands",
    "Letterbox",
    "Reply",
    "Simulation",
    "check",
    "endings",
    "engage",
]

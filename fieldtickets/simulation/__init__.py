"""A simulation: months of tickets played through the one door, by people of different habits."""

from fieldtickets.simulation.checking import Findings, check
from fieldtickets.simulation.playing import Figures, Simulation

__all__ = ["Figures", "Findings", "Simulation", "check"]

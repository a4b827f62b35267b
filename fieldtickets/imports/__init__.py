"""Lists from other programs: read as a spreadsheet saves them, checked whole, then written whole.

Reading touches no table and stops at nothing: every error names its line and its column, so that a list
is put right in one go.
"""

from fieldtickets.imports.companies import (
    EXAMPLES,
    Written,
    apply_subcontractors,
    subcontractors,
    would_write,
)
from fieldtickets.imports.lists import Line, List, Unreadable, Wrong, decoded
from fieldtickets.imports.orders import Opened, apply_tickets, refuse_past_visits, tickets, would_open

__all__ = [
    "EXAMPLES",
    "Line",
    "List",
    "Opened",
    "Unreadable",
    "Written",
    "Wrong",
    "apply_subcontractors",
    "apply_tickets",
    "decoded",
    "refuse_past_visits",
    "subcontractors",
    "tickets",
    "would_open",
    "would_write",
]

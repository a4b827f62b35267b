"""A guide in a reader's hands: under which rules, at which addresses, and how an answer to it is proved."""

from collections.abc import Callable
from dataclasses import dataclass

from fieldtickets.domain.playbooks import Playbook
from fieldtickets.web.guides import customer, manager, subcontractor
from fieldtickets.web.guides.guide import Guide

GUIDES = {one.name: one for one in (subcontractor.GUIDE, customer.GUIDE, manager.GUIDE)}


@dataclass(frozen=True)
class Shelf:
    """One guide as somebody reads it.

    path: the address of an article below the guide, of the guide itself without one.
    proof: name and value of the hidden field of a vote.
    """

    guide: Guide
    rules: Playbook
    path: Callable[..., str]
    proof: Callable[[], tuple[str, str]]

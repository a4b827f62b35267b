"""A guide in a reader's hands: whose, under which rules, at which addresses, how an answer is proved."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from fieldtickets.domain.parties import Party
from fieldtickets.domain.playbooks import Playbook
from fieldtickets.domain.words import Message
from fieldtickets.web.guides import customer, manager, subcontractor
from fieldtickets.web.guides.guide import Article, Guide

GUIDES = {one.name: one for one in (subcontractor.GUIDE, customer.GUIDE, manager.GUIDE)}


@dataclass(frozen=True)
class Shelf:
    """One guide as somebody reads it.

    party: who reads; not always the one that the guide is named for.
    path: the address of an article below the guide, of the guide itself without one.
    proof: name and value of the hidden field of a vote.
    """

    guide: Guide
    party: Party
    rules: Playbook
    path: Callable[..., str]
    proof: Callable[[], tuple[str, str]]

    @property
    def articles(self) -> Sequence[Article]:
        """The questions that concern this reader."""
        return [one for one in self.guide.articles if self.party not in one.not_for]

    def article(self, name: str) -> Article | None:
        """The one of this name, if there is one."""
        return next((one for one in self.articles if one.name == name), None)

    def answer(self, article: Article) -> Iterator[Message]:
        """What this reader is told."""
        return article.says(self.rules, self.party)

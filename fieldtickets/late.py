"""What a process reads when it is first wanted: a web process answers its first page sooner without it.

Together with the import for the type checker, so that both know what is meant:

    if TYPE_CHECKING:
        import phonenumbers
    else:
        phonenumbers = Late("phonenumbers")
"""

from importlib import import_module
from typing import Any


class Late:
    """Stands for a module until something of it is asked for; safe in threads, as every import is."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, thing: str) -> Any:
        return getattr(import_module(self._name), thing)

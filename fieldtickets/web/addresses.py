"""How the addresses of pages are built: `url_for` of a page compiles its builder when it is first asked.

The library compiles two for each of a hundred pages, which is a thirtieth of the start of a web process;
most are never asked for.
"""

from collections.abc import Callable
from functools import cache, partial

from werkzeug.routing import Rule


class Address(Rule):
    """A rule of the library whose builders wait to be needed."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled = cache(partial(super()._compile_builder, append_unknown))
        return lambda rule, **values: compiled()(rule, **values)

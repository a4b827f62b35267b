"""The addresses of the API. Each view is read with its first request: most installations are never asked.

What the views bring along (pydantic, spectree) is an eighth of the start of a web process.
"""

from functools import cached_property
from importlib import import_module
from typing import Any

from flask import Blueprint, Flask
from flask.typing import RouteCallable

from fieldtickets.store.models import LARGEST_ID

ROUTES = (
    ("POST", "/subcontractors", "subcontractors.create"),
    ("GET", f"/subcontractors/<int(max={LARGEST_ID}):subcontractor_id>", "subcontractors.show"),
    ("POST", "/tickets", "tickets.create"),
    ("GET", "/tickets", "tickets.index"),
    ("GET", "/tickets/<ref>", "tickets.show"),
    ("GET", "/tickets/<ref>/events", "tickets.events"),
    ("GET", "/tickets/<ref>/deliveries", "tickets.deliveries"),
    ("GET", "/tickets/<ref>/dossier.pdf", "papers.dossier"),
    ("POST", "/tickets/<ref>/acts/<act_name>", "acts.do"),
    ("GET", "/invoices", "invoices.index"),
)


class LateView:
    """A view by its name, `<module>.<function>` of this package."""

    def __init__(self, name: str) -> None:
        self.name = name

    @cached_property
    def view(self) -> RouteCallable:
        """The function itself."""
        found: RouteCallable = read(self.name)
        return found

    def __call__(self, **values: Any) -> Any:
        return self.view(**values)


def install(bp: Blueprint) -> None:
    """Add every address to the blueprint; in the name of an endpoint a dot would mean another one."""
    for method, rule, name in ROUTES:
        bp.add_url_rule(rule, name.replace(".", "_"), LateView(name), methods=[method])


def drawn(app: Flask) -> dict[str, Any]:
    """The OpenAPI document, drawn from the views themselves, which are first put in their places."""
    for endpoint, view in app.view_functions.items():
        if isinstance(view, LateView):
            app.view_functions[endpoint] = view.view
    document: dict[str, Any] = read("spec.spec").spec
    return document


def read(name: str) -> Any:
    """What `<module>.<name>` of this package is."""
    module, _dot, thing = name.partition(".")
    return getattr(import_module(f"fieldtickets.web.api.{module}"), thing)

"""The OpenAPI document, drawn from the views themselves."""

from typing import Any

from spectree import Response, SpecTree

from fieldtickets.web.api.problems import not_right
from fieldtickets.web.api.sentences import sentence
from fieldtickets.web.api.shapes import ProblemShape


def _refuse(_request: Any, _response: Any, error: Exception | None, *_more: Any) -> None:
    """A body or query of the wrong shape is a problem that names each field (R15, W06)."""
    if error is not None:
        found = error.errors() if hasattr(error, "errors") else []
        raise not_right({".".join(map(str, one["loc"])): [sentence(one)] for one in found})


spec = SpecTree(
    "flask",
    annotations=True,
    title="fieldtickets",
    version="1",
    path="openapi-of-spectree",  # it leaves out what lies below; we serve the document ourselves
    page_templates={},
    before=_refuse,
    mode="strict",
    validation_error_status=422,
)


def answers(**by_status: Any) -> Response:
    """What a view answers, and the problems that all share."""
    problems = {f"HTTP_{status}": ProblemShape for status in (401, 403, 404, 409, 422)}
    return Response(**{**problems, **by_status})

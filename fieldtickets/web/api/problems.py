"""Problems: every refusal of the API in the shape of RFC 9457."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, json
from sqlalchemy.exc import IntegrityError, NoResultFound
from werkzeug.exceptions import HTTPException

from fieldtickets.desk import Unknown
from fieldtickets.domain.acts import Refused, TooLate
from fieldtickets.store.db import Busy
from fieldtickets.uploads import BadUpload
from fieldtickets.web.speech import speak


class Problem(Exception):
    """A refusal: status, a code for programs, a sentence for people, the fields it is about."""

    def __init__(self, status: int, code: str, detail: str, errors: Mapping[str, Any] | None = None) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail, self.errors = status, code, detail, errors

    def response(self) -> Response:
        """As `application/problem+json`."""
        body = {
            "type": f"about:blank#{self.code}",
            "title": self.code,
            "status": self.status,
            "detail": self.detail,
        }
        if self.errors:
            body["errors"] = dict(self.errors)
        return Response(json.dumps(body), self.status, mimetype="application/problem+json")


def not_found() -> Problem:
    """One answer for what does not exist and for what belongs to somebody else (O01)."""
    return Problem(404, "not_found", "There is nothing here.")


def install(bp: Blueprint) -> None:
    """Turn whatever a view raises into a problem."""
    bp.register_error_handler(Problem, lambda problem: problem.response())
    bp.register_error_handler(NoResultFound, lambda _error: not_found().response())
    bp.register_error_handler(Unknown, _unknown)
    bp.register_error_handler(Refused, _refused)
    bp.register_error_handler(BadUpload, _bad_upload)
    bp.register_error_handler(Busy, _busy)
    bp.register_error_handler(IntegrityError, _taken)
    bp.register_error_handler(HTTPException, _http)


def _refused(refusal: Refused) -> Response:
    status = 409 if isinstance(refusal, TooLate) else getattr(refusal, "status", 422)
    sentence = speak(refusal.message)
    errors = {refusal.field: [sentence]} if refusal.field else None
    code = "validation" if type(refusal) is Refused else refusal.code
    return Problem(status, code, sentence, errors).response()


def _unknown(unknown: Unknown) -> Response:
    sentence = "This subcontractor does not exist."
    return Problem(422, "validation", sentence, {"offer_to": [f"{unknown}: {sentence}"]}).response()


def _bad_upload(bad: BadUpload) -> Response:
    return Problem(bad.status, bad.code, speak(bad.message), {"files": [speak(bad.message)]}).response()


def _busy(_error: Busy) -> Response:
    response = Problem(503, "busy.retry", "The service is busy. Send it again in a moment.").response()
    response.headers["Retry-After"] = "5"
    return response


def _taken(_error: IntegrityError) -> Response:
    return Problem(409, "already_exists", "This name or number is already taken.").response()


def _http(error: HTTPException) -> Response:
    code = (error.name or "error").lower().replace(" ", "_")
    response = Problem(error.code or 500, code, error.description or "").response()
    if error.code == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response

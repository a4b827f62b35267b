"""Problems: every refusal of the API in the shape of RFC 9457."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, Response, json
from sqlalchemy.exc import IntegrityError, NoResultFound
from werkzeug.exceptions import HTTPException

from fieldtickets.desk import Unknown
from fieldtickets.domain.acts import Refused, TooLate
from fieldtickets.domain.words import Message, _
from fieldtickets.store.db import Busy
from fieldtickets.uploads import BadUpload
from fieldtickets.web.speech import speak

# What a library refuses, in our words; a refusal of ours brings its own.
HTTP_SENTENCES = {
    400: _("This request did not arrive whole."),
    404: _("There is nothing here."),
    405: _("This address does not take this method."),
    413: _("This is too big."),
    415: _("Send application/json, or multipart/form-data with files."),
}


class Problem(Exception):
    """A refusal: status, a code for programs, a sentence for people, the sentences by field."""

    def __init__(
        self, status: int, code: str, detail: str, errors: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail, self.errors = status, code, detail, errors

    def response(self) -> Response:
        """As `application/problem+json`, in the language that the program asked for."""
        body = {
            "type": f"about:blank#{self.code}",
            "title": self.code,
            "status": self.status,
            "detail": speak(self.detail),
        }
        if self.errors:
            body["errors"] = {name: [speak(one) for one in found] for name, found in self.errors.items()}
        return Response(json.dumps(body), self.status, mimetype="application/problem+json")


def not_found() -> Problem:
    """One answer for what does not exist and for what belongs to somebody else (O01)."""
    return Problem(404, "not_found", _("There is nothing here."))


def not_right(errors: Mapping[str, Sequence[str]]) -> Problem:
    """What was sent cannot be taken: why, by field."""
    return Problem(422, "validation", _("Some fields are not right."), errors)


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
    errors = {refusal.field: [refusal.message]} if refusal.field else None
    code = "validation" if type(refusal) is Refused else refusal.code
    return Problem(status, code, refusal.message, errors).response()


def _unknown(unknown: Unknown) -> Response:
    return not_right({"offer_to": [_("There is no subcontractor %(id)s.", id=str(unknown))]}).response()


def _bad_upload(bad: BadUpload) -> Response:
    return Problem(bad.status, bad.code, bad.message, {"files": [bad.message]}).response()


def _busy(_error: Busy) -> Response:
    response = Problem(503, "busy.retry", _("The service is busy. Send it again in a moment.")).response()
    response.headers["Retry-After"] = "5"
    return response


def _taken(_error: IntegrityError) -> Response:
    return Problem(409, "already_exists", _("This name or number is already taken.")).response()


def _http(error: HTTPException) -> Response:
    code = (error.name or "error").lower().replace(" ", "_")
    ours = error.description if isinstance(error.description, Message) else None
    sentence = ours or HTTP_SENTENCES.get(error.code or 500, _("This is not possible."))
    response = Problem(error.code or 500, code, sentence).response()
    if error.code == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response

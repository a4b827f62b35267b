"""What people read when a page cannot be given: what happened, what to do now, and a reference (N04).

Programs get the same as RFC 9457 problems. What somebody typed is never lost: where sending it again can
succeed, the page offers just that; elsewhere it shows the text for copying (invariant 18).
"""

import sqlite3

import structlog
from flask import Flask, Response, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import NoResultFound, OperationalError
from werkzeug.exceptions import HTTPException

from fieldtickets.domain.words import Message, _
from fieldtickets.language import DEFAULT, LANGUAGES, Reader
from fieldtickets.store.db import Busy
from fieldtickets.store.files import FULL, StorageFull
from fieldtickets.uploads import BadUpload
from fieldtickets.web.api.problems import HTTP_SENTENCES, Problem
from fieldtickets.web.parts import parts
from fieldtickets.web.speech import speak

RETRY_AFTER_SECONDS = 5
SECRETS = ("password", "password_again")
MACHINERY = ("csrf_token", "signature", "submission", "version", "kept", "next", "lang")  # typed by nobody

TITLES: dict[int, tuple[Message, Message]] = {
    400: (_("This did not arrive right"), _("Go back, reload the page and try again.")),
    401: (_("You are not signed in"), _("Sign in, then open the page again.")),
    403: (_("This is not open to you"), _("Your role may not do this. Ask an administrator.")),
    404: (_("There is nothing here"), _("Check the address, or start from the first page.")),
    405: (_("This is not possible here"), _("Go back and use the buttons of the page.")),
    409: (_("This has changed meanwhile"), _("Open the page again to see what is true now.")),
    410: (_("This is no longer there"), _("Start from the first page.")),
    413: (_("This is too big"), _("Send fewer or smaller files, %(limit)s MB each at most.")),
    415: (_("This kind of file is not taken"), _("Send a photo (JPEG, PNG, WebP, HEIC) or a PDF.")),
    422: (_("Something is not right yet"), _("Go back, correct it and send it again.")),
    429: (_("Too many tries"), _("Wait a minute, then try again.")),
    500: (_("Something broke on our side"), _("Try again in a minute. Call us if it happens again.")),
    503: (_("The service is busy"), _("Your answer is kept here: press “Send again”.")),
    507: (_("There is no room left"), _("We cannot take files at the moment. Try again in a few minutes.")),
}

log = structlog.get_logger("web")


def install(app: Flask) -> None:
    """Answer every refusal and every fault with a page."""
    app.jinja_env.globals["machinery"] = MACHINERY
    app.register_error_handler(CSRFError, forged)
    app.register_error_handler(HTTPException, refused)
    app.register_error_handler(BadUpload, bad_upload)
    app.register_error_handler(NoResultFound, lambda _error: error_page(404, "not_found"))
    app.register_error_handler(Busy, busy)
    app.register_error_handler(StorageFull, lambda _error: storage_full(507))
    app.register_error_handler(OSError, out_of_order)
    app.register_error_handler(OperationalError, database_out_of_order)


def error_page(
    status: int, code: str = "", sentence: str = "", kept: str = "", headers: dict[str, str] | None = None
) -> Response:
    """A page, or for a program a problem.

    sentence: what to do now, where it is more than the usual words of this status.
    kept: "resend" offers what was typed to be sent again as it was, "copy" shows it.
    """
    title, advice = TITLES.get(status, TITLES[400 if status < 500 else 500])
    if "reader" not in g:
        g.reader = stranger()
    limit = parts().settings.max_upload_bytes // 1_000_000
    to_program = request.path.startswith("/api/")
    advice = HTTP_SENTENCES.get(status, advice) if to_program else advice
    sentence = sentence or speak(advice, limit=limit)
    if to_program:
        response = Problem(status, code or "error", sentence).response()
    else:
        page = render_template(
            "errors/page.html",
            status=status,
            title=title,
            sentence=sentence,
            kept=kept,
            typed=typed() if kept and request.method == "POST" else [],
            reference=g.get("reference", ""),
        )
        response = make_response(page, status)
    response.headers.update(headers or {})
    return response


def stranger() -> Reader:
    """Who reads when nobody is known: the language asked for in the address, else by the browser.

    Programs that ask for none read English.
    """
    asked = request.args.get("lang")
    if asked in LANGUAGES:
        return Reader(asked)
    default = "en" if request.path.startswith("/api/") else DEFAULT
    return Reader(request.accept_languages.best_match([default, *LANGUAGES]) or default)


def typed() -> list[tuple[str, str]]:
    """What the refused form held, passwords left out."""
    try:
        return [(name, value) for name, value in request.form.items(multi=True) if name not in SECRETS]
    except (HTTPException, OSError):
        return []  # it could not be read at all


def refused(error: HTTPException) -> ResponseReturnValue:
    """A refusal that a library or a view raised; its own response stands where it brings one."""
    if error.response is not None:
        return error
    status = error.code or 500
    code = getattr(error, "code_for_programs", "") or error.name.lower().replace(" ", "_")
    headers = {name: value for name, value in error.get_headers(None) if name in ("Allow", "Retry-After")}
    return error_page(status, code, kept="resend" if status == 500 else "", headers=headers)


def forged(error: CSRFError) -> Response:
    """A form without our token, or another site's: nothing is stored, the text stays for copying (S03)."""
    log.warning("form refused", reason=error.description, page=request.endpoint)
    return error_page(400, "form.invalid", kept="copy")


def bad_upload(bad: BadUpload) -> Response:
    """A file that cannot be taken."""
    return error_page(bad.status, bad.code, speak(bad.message), kept="copy")


def busy(_error: Busy) -> Response:
    """Another writer was too long: nothing was stored, and pressing once more may do (D02)."""
    return error_page(503, "busy.retry", kept="resend", headers={"Retry-After": str(RETRY_AFTER_SECONDS)})


def storage_full(status: int) -> Response:
    """No room left: the operator is told by the log, the person keeps the text (D06, D07)."""
    log.error("storage full", page=request.endpoint)
    return error_page(status, "storage.full", speak(TITLES[507][1]), kept="resend")


def out_of_order(error: OSError) -> Response:
    """The disk where large uploads lie while they arrive may be full as well; all else is a fault (D07)."""
    if error.errno not in FULL:
        raise error
    return storage_full(507)


def database_out_of_order(error: OperationalError) -> Response:
    """The database is full, restarts or is gone: never a page with a trace (D06, D12)."""
    if getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
        return storage_full(503)
    log.error("database out of order", exc_info=error)
    return busy(Busy())

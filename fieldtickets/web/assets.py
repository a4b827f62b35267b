"""Styles and scripts of our own: inlined into link pages, which are one response; files for the desk.

Everything is read once at the start. The content security policy names what is inlined by its hash, so
nothing else can run, and no page asks another host for anything (Y07).
"""

import base64
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, url_for
from markupsafe import Markup

STATIC = Path(__file__).parent.parent.parent / "static"
A_YEAR = 31_536_000
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
COMMENT_LINES = re.compile(r"^[ \t]*/\*(?:(?!\*/).)*\*/\n|^[ \t]+", re.DOTALL | re.MULTILINE)
GAPS = re.compile(r"\s*\n\s*")

bp = Blueprint("assets", __name__)


@dataclass(frozen=True)
class Asset:
    """One bundle of sources, ready to be sent: its text, the hash for a policy, a short version."""

    text: str
    kind: str

    @property
    def source(self) -> str:
        """How a content security policy names it."""
        digest = hashlib.sha256(self.text.encode()).digest()
        return f"'sha256-{base64.b64encode(digest).decode()}'"

    @property
    def version(self) -> str:
        """Changes with the content, so that browsers may keep it for a year."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:12]


def bundle(kind: str, *patterns: str) -> Asset:
    """The sources of patterns below static/src, one after the other, each in the order of its names."""
    files = [path for pattern in patterns for path in sorted((STATIC / "src").glob(pattern))]
    return Asset("\n".join(compact(path.read_text(), kind) for path in files), kind)


def compact(text: str, kind: str) -> str:
    """Styles without comments and indents; scripts without indents and comments on lines of their own.

    Only of their own: a remover that is not a parser takes the `/*` of `image/*` for one.
    """
    if kind != "text/css":
        return COMMENT_LINES.sub("", text)
    bare = GAPS.sub("", COMMENT.sub("", text))
    return re.sub(r"\s*([{};,>])\s*", r"\1", re.sub(r":\s+", ":", bare)).strip()


PUBLIC_CSS = bundle("text/css", "shared/*.css", "public/*.css")
PUBLIC_JS = bundle("text/javascript", "public/*.js")
SIGN_JS = bundle("text/javascript", "sign/*.js")  # only where somebody signs
MARK_JS = Asset("document.documentElement.className='js'", "text/javascript")  # before the first paint
BUNDLES = {
    "desk.css": bundle("text/css", "shared/*.css", "desk/*.css"),
    "desk.js": bundle("text/javascript", "desk/*.js"),
}

SERVICE_WORKER = bundle("text/javascript", "sw.js")

PUBLIC_POLICY = "; ".join(
    (
        "default-src 'none'",
        f"style-src {PUBLIC_CSS.source}",
        f"script-src 'self' {PUBLIC_JS.source} {SIGN_JS.source} {MARK_JS.source}",
        "img-src 'self' blob: data:",
        "connect-src 'self'",
        "form-action 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    )
)


@bp.get("/assets/<version>/<name>")
def serve(version: str, name: str) -> Response:
    """A bundle of the desk; its address changes with its content."""
    asset = BUNDLES.get(name) or abort(404)
    response = Response(asset.text, mimetype=asset.kind)
    response.cache_control.public = True
    response.cache_control.max_age = A_YEAR if version == asset.version else 0
    response.cache_control.immutable = version == asset.version
    return response


@bp.get("/sw.js")
def service_worker() -> Response:
    """The worker that keeps link pages readable without network; at the root, since it serves /l/."""
    response = Response(SERVICE_WORKER.text, mimetype=SERVICE_WORKER.kind)
    response.cache_control.no_cache = True
    return response


def asset_url(name: str) -> str:
    """The address of a bundle of the desk."""
    return url_for("assets.serve", version=BUNDLES[name].version, name=name)


def install(app: Flask) -> None:
    """Give templates what they inline and link to."""
    app.register_blueprint(bp)
    app.jinja_env.globals.update(
        asset_url=asset_url,
        public_css=Markup(PUBLIC_CSS.text),
        public_js=Markup(PUBLIC_JS.text),
        sign_js=Markup(SIGN_JS.text),
        mark_js=Markup(MARK_JS.text),
    )

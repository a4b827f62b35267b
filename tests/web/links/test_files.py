"""Files through a link: which are taken, what a refusal leaves, and how they come down again."""

import errno
import re
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select
from werkzeug.test import EnvironBuilder, run_wsgi_app

from fieldtickets.documents.previews import Previews
from fieldtickets.domain.parties import Party
from fieldtickets.store.db import EVERYONE
from fieldtickets.store.files import FileStore
from fieldtickets.store.models import Attachment, Event
from fieldtickets.uploads import HELD_BYTES
from tests.builders import TUESDAY_AT_TWO, a_ticket, acts_done, do
from tests.conftest import sqlite_copy
from tests.pictures import PDF, iphone_exif, photo
from tests.web.links.forms import fill, forms_on, send

LIMIT_BYTES = 1_000_000  # of one file, in these tests
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
WRONG = {
    "page.html": b"<!doctype html><script>alert(1)</script>",
    "app.js": b"alert(1)",
    "setup.exe": b"MZ\x90\x00" + bytes(200),
    "shell.php.jpg": b"<?php system($_GET['c']); ?>",
    "photo.jpg": SVG,
    "scan.jpg": b"<?xml version='1.0'?><a/>",
    "empty.jpg": b"",
    "report.docx": b"PK\x03\x04" + bytes(200),
    "noname": b"just words",
}
NAMES = [
    "../../etc/passwd",
    "..\\..\\boot.ini",
    "\u200b.htaccess",
    "a%0d%0aSet-Cookie: x=1.jpg",
    "nul\x00.jpg",
    "x" * 400 + ".jpg",
    "\u202egpj.exe",
    "CON",
    "🔧 fuite.jpg",
    "...",
    "fuite #1 ?.jpg",
    "é'\"<b>.jpg",
]


@pytest.fixture
def database_url(sqlite_template, tmp_path):
    return sqlite_copy(sqlite_template, tmp_path)


@pytest.fixture
def settings(settings):
    return replace(settings, max_upload_bytes=LIMIT_BYTES)


@pytest.fixture
def path(parts, cast):
    return a_ticket(parts, cast, cast.karim).path(cast.karim)


@pytest.fixture
def spool(tmp_path, monkeypatch):
    """Where uploads wait, to see that nothing stays."""
    folder = tmp_path / "spool"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def written(phone, path, *files, body="Voici les photos"):
    """Karim sends a message with files: (name, content)."""
    return fill(phone, path, "message.write", body=body, files=[(BytesIO(c), name) for name, c in files])


def attached(database):
    with database.read(EVERYONE) as session:
        return session.scalars(select(Attachment).order_by(Attachment.id)).all()


def blobs(tmp_path):
    return [one for one in (tmp_path / "files").rglob("*") if one.is_file()]


def pictures_on(page):
    return re.findall(r'<a href="(/l/[^"]+/files/[^"]+)"', page)


def test_files_that_come_together_are_shown_in_the_order_in_which_they_were_sent(phone, path):
    """U01 U16"""
    names = [f"etape-{number}.jpg" for number in (3, 1, 5, 2, 4, 6)]
    assert written(phone, path, *((name, photo()) for name in names)).status_code == 303
    shown = re.findall(r"etape-\d\.jpg", phone.get(path).text)
    assert list(dict.fromkeys(shown)) == names


def test_a_photo_arrives_and_is_shown_without_what_the_phone_wrote_into_it(phone, path, parts, database):
    """U01 U13 U21 S050"""
    taken = photo(exif=iphone_exif())

    assert written(phone, path, ("IMG_0042.jpg", taken)).status_code == 303

    (kept,) = attached(database)
    assert parts.files.read(kept.key, kept.digest) == taken
    (address,) = pictures_on(phone.get(path).text)
    shown = phone.get(address)
    assert shown.headers["Content-Type"] == "image/jpeg"
    assert shown.headers["Content-Disposition"].startswith("inline")
    with Image.open(BytesIO(shown.data)) as picture:
        assert (picture.size, dict(picture.getexif())) == ((480, 640), {})
    assert Previews(database, parts.files).make() == 1  # the worker comes later
    assert phone.get(address).data == shown.data


def test_a_download_is_kept_on_a_short_leash(phone, path):
    """U06 U21"""
    written(phone, path, ("bon.pdf", PDF + b"<script>alert(1)</script>"))
    (address,) = pictures_on(phone.get(path).text)

    got = phone.get(address, headers={"Range": "bytes=0-3"})

    headers = dict(got.headers)
    assert headers["Content-Type"] == "application/pdf"
    assert headers["Content-Disposition"] == "attachment; filename=bon.pdf"
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "no-store" in headers["Cache-Control"]


def test_a_picture_with_a_tail_comes_down_without_it(phone, path):
    """U06"""
    written(phone, path, ("fuite.jpg", photo() + SVG))
    (address,) = pictures_on(phone.get(path).text)

    for size in ("", "?size=thumb"):
        shown = phone.get(address + size)
        assert shown.data.startswith(b"\xff\xd8\xff")
        assert b"svg" not in shown.data


def test_what_is_neither_photo_nor_pdf_is_refused_and_leaves_nothing(
    phone, path, cast, database, tmp_path, spool
):
    """U04 U05 U15 S050"""
    for name, content in WRONG.items():
        refused = written(phone, path, (name, content), body="Le siphon est mort")

        assert refused.status_code == 415, name
        assert "Send a photo (JPEG, PNG, WebP, HEIC) or a PDF." in refused.text
        assert "Le siphon est mort" in refused.text
    assert attached(database) == []
    assert acts_done(database, cast.organisation)[-1] == "offer.send"
    assert blobs(tmp_path) == list(spool.iterdir()) == []


def test_a_photo_that_did_not_arrive_whole_is_asked_for_again(phone, path, database, tmp_path):
    """U10"""
    refused = written(phone, path, ("fuite.jpg", photo()[:3000]))

    assert refused.status_code == 422
    assert "This photo did not arrive whole. Send it again." in refused.text
    assert attached(database) == blobs(tmp_path) == []


def test_one_bad_file_among_good_ones_keeps_none(phone, path, database, tmp_path, spool):
    """U04 U17"""
    refused = written(phone, path, ("ok.jpg", photo()), ("page.html", WRONG["page.html"]))

    assert refused.status_code == 415
    assert attached(database) == blobs(tmp_path) == list(spool.iterdir()) == []


def test_a_file_over_the_limit_is_refused_with_limit_and_size(phone, path, database, tmp_path, spool):
    """U02"""
    refused = written(phone, path, ("grande.jpg", photo() + bytes(LIMIT_BYTES)))

    assert refused.status_code == 413
    assert "The limit is 1 MB" in refused.text
    assert "Voici les photos" in refused.text
    assert attached(database) == blobs(tmp_path) == list(spool.iterdir()) == []


@pytest.mark.parametrize("announced", [True, False])
def test_a_body_over_the_limit_is_not_read_to_its_end(app, path, database, announced):
    """U02"""
    builder = EnvironBuilder(f"{path}/message.write", method="POST")
    builder.content_type = "multipart/form-data; boundary=x"
    environ = builder.get_environ()
    endless = Endless()
    environ["wsgi.input"] = endless
    environ["wsgi.input_terminated"] = not announced
    environ["CONTENT_LENGTH"] = str(10**9) if announced else ""

    _body, status, _headers = run_wsgi_app(app, environ, buffered=True)

    assert status.startswith("413")
    assert endless.given < 30 * LIMIT_BYTES
    assert attached(database) == []


class Endless:
    """The body of a file that never ends."""

    def __init__(self):
        self.head = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.jpg"\r\n\r\n'
        self.given = 0

    def read(self, size=-1):
        part = self.head or bytes(65536)
        self.head = b""
        self.given += len(part)
        return part

    readline = read


def test_a_drawn_signature_passes_as_a_field(phone, path, database):
    """U03"""
    body = "data:image/png;base64," + "A" * 900_000

    refused = fill(phone, path, "message.write", body=body)

    assert refused.status_code == 422  # too long for a message, but it was read
    assert "900" in refused.text
    assert attached(database) == []


def test_a_file_may_be_called_anything_and_comes_down_under_a_clean_name(phone, path, database):
    """U07"""
    files = [(name, PDF + str(number).encode()) for number, name in enumerate(NAMES)]
    assert written(phone, path, *files).status_code == 303

    addresses = pictures_on(phone.get(path).text)
    assert len(addresses) == len(NAMES)
    for file in attached(database):
        assert len(file.name) <= 120
        assert not re.search(r"[\x00-\x1f\u200b\u202a-\u202e/\\]", file.name)
    got = [phone.get(address) for address in addresses]
    assert {one.status_code for one in got} == {200}
    assert sorted(one.data for one in got) == sorted(content for _name, content in files)
    assert not any("Set-Cookie" in one.headers for one in got)


def test_a_file_of_another_thread_is_not_there(phone, parts, cast, database):
    """O03 O08 U16 U21"""
    ticket = a_ticket(parts, cast, cast.karim, cast.lucie)
    karim, lucie = ticket.path(cast.karim), ticket.path(cast.lucie)
    do(parts, cast, ticket, "offer.accept", cast.karim, TUESDAY_AT_TWO)
    written(phone, karim, ("devis.pdf", PDF))
    (address,) = pictures_on(phone.get(karim).text)
    mine = address.removeprefix(karim)

    foreign, missing = phone.get(lucie + mine), phone.get(f"{lucie}/files/1/devis.pdf")

    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert phone.get(f"{karim}/files/{2**70}/x.pdf").status_code == 404
    assert phone.get(f"{karim}/files/0/..%2f..%2fetc%2fpasswd").status_code == 404
    do(parts, cast, ticket, "link.revoke", cast.karim, party=Party.MANAGER)
    assert phone.get(address).status_code == 410


def test_the_same_form_with_its_photo_sent_twice_keeps_one_copy(phone, path, database, tmp_path):
    """R02 U01"""
    field = forms_on(phone.get(path).text)["message.write"]
    for _tap in range(2):
        files = [(BytesIO(photo()), "a.jpg")]
        assert send(phone, path, "message.write", field, body="Voilà", files=files).status_code == 303

    assert len(attached(database)) == len(blobs(tmp_path)) == 1
    with database.read(EVERYONE) as session:
        assert len(session.scalars(select(Event.id).where(Event.act == "message.write")).all()) == 1


def test_a_full_disk_while_a_large_photo_arrives_is_told_in_a_sentence(phone, path, database, monkeypatch):
    """D07"""

    def no_room(*_all: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("tempfile.SpooledTemporaryFile.rollover", no_room)
    refused = written(phone, path, ("fuite.jpg", photo() + bytes(HELD_BYTES)))

    assert refused.status_code == 507
    assert "We cannot take files at the moment." in refused.text
    assert attached(database) == []
    monkeypatch.undo()
    assert written(phone, path, ("fuite.jpg", photo())).status_code == 303


def test_a_large_photo_stays_although_its_store_still_holds_what_it_was_given(phone, path, app, database):
    """U01: such a store lets go of the bytes when it likes; what was recorded keeps its file."""
    files = FileStore("memory:")
    app.extensions["fieldtickets"] = replace(app.extensions["fieldtickets"], files=files)
    content = photo() + bytes(HELD_BYTES)

    assert written(phone, path, ("fuite.jpg", content)).status_code == 303

    (kept,) = attached(database)
    assert files.read(kept.key, kept.digest) == content

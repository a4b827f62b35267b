"""Files sent by Karim: what is taken, what is refused with which words, and under which name it is shown."""

import unicodedata
from hashlib import sha256
from io import BytesIO
from tempfile import SpooledTemporaryFile

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from werkzeug.datastructures import FileStorage

from fieldtickets.domain.file_kinds import ENDINGS, Broken, kind_of, shape
from fieldtickets.domain.file_names import INVISIBLE, LONGEST_NAME, clean_name
from fieldtickets.uploads import HELD_BYTES, BadUpload, Limits, Upload, looked_at
from tests.pictures import PDF, animation, photo, png_bomb

JPG = ENDINGS["image/jpeg"]
SVG = b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"


def sent(content: bytes, name: str | None = "photo.jpg", field: str = "files") -> FileStorage:
    return FileStorage(BytesIO(content), name, field, content_type="image/jpeg")


def taken(*files: FileStorage, **limits: object) -> list[Upload]:
    return looked_at(files, Limits(**limits))


def refusal(*files: FileStorage, **limits: object) -> BadUpload:
    with pytest.raises(BadUpload) as refused:
        taken(*files, **limits)
    return refused.value


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (photo(), "image/jpeg"),
        (photo(progressive=True), "image/jpeg"),
        (photo("PNG"), "image/png"),
        (photo("WEBP"), "image/webp"),
        (photo("WEBP", lossless=True), "image/webp"),
        (photo("WEBP", exif=b"Exif\0\0"), "image/webp"),
        (photo("HEIF"), "image/heic"),
    ],
)
def test_a_photo_is_known_by_its_content_and_measured_without_decoding(content, kind):
    """U01 U11"""
    (upload,) = taken(sent(content, "IMG_0042.jpg"))

    assert upload.content == content
    assert (upload.kind, upload.size, upload.field) == (kind, len(content), "files")

    found = shape(content, kind)
    assert (found.width, found.height, found.frames) == (640, 480, 1)


def test_a_pdf_is_taken_whatever_follows_its_end():
    """U06"""
    upload, script = taken(sent(PDF, "devis.pdf"), sent(PDF + b"PK\x03\x04<script>", "devis 2.pdf"))

    assert (upload.kind, upload.name) == ("application/pdf", "devis.pdf")
    assert script.kind == "application/pdf"


def test_a_photo_with_a_tail_is_taken_as_the_photo_that_it_is():
    """U06"""
    (upload,) = taken(sent(photo() + b"<html><script>alert(1)</script>"))

    assert upload.kind == "image/jpeg"


@pytest.mark.parametrize("name", ["photo.jpg", "photo.php.jpg", "photo", "devis.pdf"])
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<!doctype html><script>alert(1)</script>",
        SVG,
        b"<?xml version='1.0'?><invoice/>",
        b"MZ" + bytes(200),
        b"#!/bin/sh\n",
        b"<?php system($_GET['c']);",
        b"PK\x03\x04" + bytes(200),
        b"GIF89a" + bytes(30),
        b"II*\x00" + bytes(200),
        b"%!PS-Adobe-3.0 EPSF-3.0",
        b"8BPS" + bytes(30),
        b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(50),
        photo("AVIF"),
        b"\xff\xd8",
    ],
)
def test_what_is_neither_a_photo_nor_a_pdf_is_refused(content, name):
    """U04 U05 U12 U15"""
    refused = refusal(sent(content, name))

    assert (refused.status, refused.code) == (415, "file.type")
    assert refused.message == "Send a photo (JPEG, PNG, WebP, HEIC) or a PDF."


def test_an_input_left_empty_is_no_file():
    assert taken(sent(b"", ""), sent(b"", None)) == []


def test_the_field_of_a_file_is_remembered():
    uploads = taken(sent(photo(), field="photos"), sent(PDF, field="file"))

    assert [upload.field for upload in uploads] == ["photos", "file"]


def test_too_big_a_file_is_told_its_size_and_the_limit():
    """U02"""
    refused = refusal(sent(photo() + bytes(2_100_000)), max_bytes=2_000_000)

    assert (refused.status, refused.code) == (413, "file.too_big")
    assert refused.message.words == {"size": 3, "limit": 2}


def test_a_file_exactly_at_the_limit_is_taken():
    """U02"""
    content = photo()

    assert len(taken(sent(content), max_bytes=len(content))) == 1


def test_too_many_files_are_refused_together():
    """U17"""
    refused = refusal(*[sent(photo())] * 3, max_files=2)

    assert (refused.status, refused.code) == (422, "file.too_many")
    assert refused.message.words == {"count": 3, "most": 2}


@pytest.mark.parametrize(
    "content",
    [
        png_bomb(9000, 9000),
        png_bomb(20000, 20000, rows=1),
        photo("JPEG")[:2] + b"\xff\xc0\x00\x11\x08\x4e\x20\x4e\x20" + bytes(10) + photo("JPEG")[2:],
        b"RIFF\x16\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00\x1f\x4e\x00\x1f\x4e\x00",
        animation("PNG"),
        animation("WEBP"),
    ],
    ids=["png", "larger png", "jpeg", "webp", "animated png", "animated webp"],
)  # fmt: skip
def test_too_many_pixels_are_seen_in_the_header(content):
    """U08 U09"""
    refused = refusal(sent(content), max_pixels=60_000_000)

    assert (refused.status, refused.code) == (422, "image.too_many_pixels")
    assert len(content) < 2_000_000


def test_the_largest_size_in_a_heic_counts():
    """U08"""
    refused = refusal(sent(photo("HEIF")), max_pixels=640 * 480 - 1)

    assert (refused.status, refused.code) == (422, "image.too_many_pixels")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF"])
@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.999])
def test_a_photo_cut_on_its_way_is_to_be_sent_again(form, part):
    """U10"""
    content = photo(form)
    refused = refusal(sent(content[: int(len(content) * part)]))

    assert (refused.status, refused.code) == (422, "image.broken")
    assert refused.message == "This photo did not arrive whole. Send it again."


def test_a_cut_photo_is_not_taken_for_whole_because_of_the_small_picture_inside():
    """U10"""
    small = photo()
    content = photo(exif=b"Exif\0\0" + small[:60_000])

    assert refusal(sent(content[:-500])).code == "image.broken"


def test_a_pdf_cut_on_its_way_is_to_be_sent_again():
    """U10 U14"""
    refused = refusal(sent(PDF[:-8], "devis.pdf"))

    assert (refused.status, refused.code) == (422, "file.broken")


@pytest.mark.parametrize("tail", [b"", bytes(HELD_BYTES)], ids=["in memory", "on the disk"])
def test_a_file_is_read_where_the_web_library_laid_it(tail):
    """U01: nothing is copied, so nothing can stay behind."""
    content = photo() + tail

    with SpooledTemporaryFile(HELD_BYTES) as stream:
        stream.write(content)
        (upload,) = taken(FileStorage(stream, "fuite.jpg", "photos"))
        assert bytes(upload.content) == content
        assert (upload.size, upload.digest) == (len(content), sha256(content).hexdigest())


@pytest.mark.parametrize(
    ("declared", "shown"),
    [
        ("IMG_0042.JPG", "IMG_0042.JPG"),
        ("Fuite évier n°2 🚿.jpeg", "Fuite évier n°2 🚿.jpeg"),
        ("../../etc/passwd", "passwd.jpg"),
        ("..\\..\\x", "x.jpg"),
        ("C:\\fakepath\\fuite.jpg", "fuite.jpg"),
        ("\u200b.htaccess", "htaccess.jpg"),
        ("..\u200b/\u200b../x.jpg", "x.jpg"),
        ("a\r\nSet-Cookie: x.jpg", "aSet-Cookie_ x.jpg"),
        ("a\0b.jpg", "ab.jpg"),
        ("photo\u202egpj.exe", "photogpj.exe.jpg"),
        ("CON", "_CON.jpg"),
        ("con.tar.jpg", "_con.tar.jpg"),
        ("C\u200bON.jpg", "_CON.jpg"),
        ("LPT1 .jpg", "_LPT1.jpg"),
        ("....", "photo.jpg"),
        ("", "photo.jpg"),
        ("///", "photo.jpg"),
        ("\u3164", "photo.jpg"),
        ('fuite "avant".jpg', "fuite _avant_.jpg"),
        ("a" * 400 + ".jpg", "a" * 115 + ".jpg"),
        ("\ud800.jpg", "jpg.jpg"),
    ],
)
def test_a_name_is_shown_without_its_traps(declared, shown):
    """U07"""
    assert clean_name(declared, JPG, "photo") == shown


@given(st.text(st.characters(), max_size=400))
@example("a\u0301" * 120)
@example("x" * 115 + ".jpeg")
@example("COM¹.jpg")
def test_no_name_can_do_harm(declared):
    """U07"""
    name = clean_name(declared, JPG, "photo")

    assert 5 <= len(name) <= LONGEST_NAME
    assert name.lower().endswith(JPG)
    assert not name.startswith((".", " "))
    assert not set(name) & set('\r\n\0/\\<>:"|?*')
    assert not [c for c in name if unicodedata.category(c) in INVISIBLE]
    assert clean_name(name, JPG, "photo") == name
    name.encode()


@given(
    st.binary(max_size=300),
    st.sampled_from([photo()[:400], photo("PNG")[:300], photo("HEIF"), photo("WEBP")]),
)
def test_no_bytes_break_the_reader_of_headers(noise, begin):
    """U04 U10"""
    for content in (begin[: len(noise)] + noise, begin + noise, noise + begin):
        kind = kind_of(content[:64])
        if kind:
            try:
                shape(content, kind)
            except Broken:
                continue

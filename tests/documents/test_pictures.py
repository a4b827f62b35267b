"""Photos become previews in a child process: clean, upright, and at nobody's cost but the child's."""

import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from fieldtickets.documents import pictures
from fieldtickets.documents.children import Child, ChildFailed
from fieldtickets.documents.pictures import PictureFailed, preview
from tests.pictures import animation, iphone_exif, photo, png_bomb, saved, scene

HERE = Path(__file__).parent
KINDS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "HEIF": "image/heic"}
SECRETS = (b"Exif", b"Apple", b"SERIAL", b"http://ns.adobe.com", b"GPS", b"lavigne", b"<script")
RED, LIGHT = (200, 20, 20), 60  # how far a compressed colour may be off


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


def is_red(picture: Image.Image, x: float, y: float) -> bool:
    found = picture.getpixel((int(picture.width * x), int(picture.height * y)))
    return max(abs(got - wanted) for got, wanted in zip(found, RED, strict=True)) < LIGHT


@pytest.mark.parametrize("form", KINDS)
def test_every_kind_has_a_preview_and_a_thumbnail(form):
    """U01 U11"""
    made = preview(saved(scene(2400, 1800), form), KINDS[form])

    assert (made.width, made.height) == (1600, 1200)
    assert opened(made.jpeg).size == (1600, 1200)
    assert opened(made.thumb).size == (320, 240)
    assert opened(made.jpeg).format == opened(made.thumb).format == "JPEG"
    assert is_red(opened(made.jpeg), 0.1, 0.1)


def test_a_small_photo_is_not_blown_up():
    made = preview(photo(), "image/jpeg")

    assert (made.width, made.height) == (640, 480)


def test_a_photo_taken_upright_is_turned_and_says_nothing_of_its_telephone():
    """U13"""
    content = photo(
        exif=iphone_exif(orientation=6), xmp=b"<x:xmpmeta>http://ns.adobe.com lavigne</x:xmpmeta>"
    )
    assert all(secret in content for secret in (b"Exif", b"Apple", b"SERIAL", b"http://ns.adobe.com"))

    made = preview(content, "image/jpeg")

    assert (made.width, made.height) == (480, 640)
    assert is_red(opened(made.jpeg), 0.9, 0.1)
    for kept in (made.jpeg, made.thumb):
        assert not [secret for secret in SECRETS if secret in kept]
        assert not opened(kept).getexif()
        assert set(opened(kept).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive",
                                          "progression"}  # fmt: skip


def test_a_heic_says_nothing_of_its_telephone_either():
    """U11 U13"""
    made = preview(photo("HEIF", exif=iphone_exif()), "image/heic")

    assert not [secret for secret in SECRETS if secret in made.jpeg + made.thumb]


def test_the_hour_of_a_photo_is_an_instant_where_the_telephone_says_its_zone():
    """U13"""
    zoned, bare = iphone_exif(), iphone_exif()
    del bare.get_ifd(0x8769)[0x9011]

    assert preview(photo(exif=zoned), "image/jpeg").taken_at == datetime(
        2026, 11, 20, 10, 11, 12, tzinfo=timezone(timedelta(hours=1))
    )
    assert preview(photo(exif=bare), "image/jpeg").taken_at is None


def test_what_hides_in_or_behind_a_photo_is_gone():
    """U06"""
    content = photo(comment=b"<script>alert(document)</script>") + b"PK\x03\x04lavigne"

    made = preview(content, "image/jpeg")

    assert not [secret for secret in (*SECRETS, b"PK\x03\x04") if secret in made.jpeg]


@pytest.mark.parametrize(("mode", "form"), [("P", "PNG"), ("LA", "PNG"), ("1", "PNG"), ("I;16", "PNG"),
                                            ("RGBA", "WEBP"), ("CMYK", "JPEG"), ("L", "JPEG")])  # fmt: skip
def test_every_kind_of_colour_can_be_shown(mode, form):
    """U01"""
    made = preview(saved(Image.new(mode, (300, 200)), form), KINDS[form])

    assert opened(made.jpeg).mode == "RGB"


def test_transparent_places_are_white():
    made = preview(saved(Image.new("RGBA", (300, 200)), "PNG"), "image/png")

    assert opened(made.jpeg).getpixel((150, 100)) == (255, 255, 255)


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_of_an_animation_the_first_picture_is_shown(form):
    """U09"""
    assert preview(animation(form), KINDS[form]).width == 99


@pytest.mark.parametrize(
    "content",
    [png_bomb(9000, 9000), png_bomb(20000, 20000, rows=10)],
    ids=["under Pillow's own limit", "far over"],
)
def test_a_bomb_is_not_set_off(content):
    """U08 U09"""
    with pytest.raises(PictureFailed, match="DecompressionBomb"):
        preview(content, "image/png")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (photo()[:-2000], "image/jpeg"),
        (photo("HEIF")[:900], "image/heic"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "image/jpeg"),
        (saved(scene(), "GIF"), "image/png"),
        (saved(scene(), "TIFF"), "image/jpeg"),
        (b"", "image/jpeg"),
        (photo(), "application/pdf"),
    ],
    ids=["cut jpeg", "cut heic", "eps", "gif", "tiff", "nothing", "not a picture"],
)
def test_what_is_no_picture_of_ours_fails_in_a_word(content, kind):
    """U10 U12"""
    with pytest.raises(PictureFailed, match=r"^[\w ]+$"):
        preview(content, kind)


def test_a_child_out_of_memory_dies_alone(monkeypatch):
    """U08"""
    monkeypatch.setattr(pictures, "CHILD", replace(pictures.CHILD, memory_bytes=300 * 1024**2))

    with pytest.raises(PictureFailed, match=r"^(MemoryError|ended with -?\d+)$"):
        preview(png_bomb(7700, 7700), "image/png")

    assert preview(photo(), "image/jpeg").width == 640


def test_a_child_that_never_ends_is_ended():
    """U08"""
    with pytest.raises(ChildFailed, match="out of time"):
        Child(HERE / "endless.py", seconds=1).run(b"")


def test_a_child_killed_once_is_started_again(tmp_path):
    """P02"""
    assert Child(HERE / "frail.py").run(str(tmp_path / "mark").encode()) == b"done"


def test_a_child_has_none_of_our_secrets(monkeypatch):
    """N07"""
    monkeypatch.setenv("FIELDTICKETS_SECRET_KEYS", "nadia-knows")

    answer = Child(HERE / "telltale.py").run(b"")

    assert b"PATH" in answer
    assert b"FIELDTICKETS" not in answer


def test_the_web_never_carries_the_painter():
    """U08"""
    asked = (
        "import sys, fieldtickets.documents.pictures, fieldtickets.documents.render, fieldtickets.uploads;"
        "print({'PIL', 'pillow_heif', 'weasyprint'} & set(sys.modules))"
    )
    answer = subprocess.run([sys.executable, "-c", asked], capture_output=True, check=True)

    assert answer.stdout == b"set()\n"

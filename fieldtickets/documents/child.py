"""The child that repaints pictures: bytes on standard input, JSON with two clean JPEGs on output.

It knows nothing of the service and is started by its path (children.py). What comes out is painted anew
from the pixels: no EXIF, no XMP, no place, no serial number, no tail behind the picture.
"""

import json
import sys
import warnings
from base64 import b64encode
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms, ImageOps

try:
    from pillow_heif import register_heif_opener
except ImportError:  # it brings a GPL library: an installation may leave it out, and then shows no HEIC
    FORMATS: tuple[str, ...] = ("JPEG", "PNG", "WEBP")
else:
    register_heif_opener(thumbnails=False)
    FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")

MOST_PIXELS = 60_000_000
PREVIEW_SIDE, THUMB_SIDE = 1600, 320  # pixels, of the longer side
TAKEN, ZONE, MORE = 0x9003, 0x9011, 0x8769  # EXIF 3.0: DateTimeOriginal, OffsetTimeOriginal, where they are

Image.MAX_IMAGE_PIXELS = MOST_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)


def repainted(content: bytes) -> dict[str, Any]:
    """Preview and thumbnail, upright, the size of the preview, and the instant at which it was taken."""
    with Image.open(BytesIO(content), formats=FORMATS) as picture:
        taken_at = instant_taken(picture.getexif().get_ifd(MORE))
        picture.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE), reducing_gap=2.0)
        clean = only_pixels(in_srgb(ImageOps.exif_transpose(picture)))
    preview = jpeg(clean, quality=82)
    width, height = clean.size
    clean.thumbnail((THUMB_SIDE, THUMB_SIDE))
    thumb = jpeg(clean, quality=75)
    return {"jpeg": preview, "thumb": thumb, "width": width, "height": height, "taken_at": taken_at}


def instant_taken(exif: Mapping[int, Any]) -> str | None:
    """In ISO 8601, when the telephone also says in which zone; a bare hour would be a guess."""
    try:
        return datetime.strptime(f"{exif[TAKEN]} {exif[ZONE]}", "%Y:%m:%d %H:%M:%S %z").isoformat()
    except (KeyError, ValueError):
        return None


def in_srgb(picture: Image.Image) -> Image.Image:
    """The colours as they were meant, without the profile that says how; transparent places are white."""
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        ground = Image.new("RGBA", picture.size, "white")
        return Image.alpha_composite(ground, picture).convert("RGB")
    profile = picture.info.get("icc_profile")
    if profile and picture.mode == "RGB":
        with suppress(ImageCms.PyCMSError, OSError):  # a profile that makes no sense is no profile
            meant = ImageCms.ImageCmsProfile(BytesIO(profile))
            converted = ImageCms.profileToProfile(picture, meant, ImageCms.createProfile("sRGB"))
            return converted or picture
    return picture.convert("RGB")


def only_pixels(picture: Image.Image) -> Image.Image:
    return Image.frombytes("RGB", picture.size, picture.tobytes())


def jpeg(picture: Image.Image, quality: int) -> str:
    """The picture as a JPEG in base64."""
    out = BytesIO()
    picture.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
    return b64encode(out.getvalue()).decode()


if __name__ == "__main__":
    try:
        json.dump(repainted(sys.stdin.buffer.read()), sys.stdout)
    except Exception as reason:
        sys.exit(type(reason).__name__)

"""Pictures and documents that tests send, made here so that none lies in the repository."""

import struct
import zlib
from io import BytesIO

import pillow_heif
from PIL import Image, ImageDraw

pillow_heif.register_heif_opener()

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\nstartxref\n0\n%%EOF\n"


def scene(width: int = 640, height: int = 480) -> Image.Image:
    """A believable picture: sky and wall, with a red corner at the top left."""
    picture = Image.radial_gradient("L").resize((width, height)).convert("RGB")
    ImageDraw.Draw(picture).rectangle((0, 0, width // 4, height // 4), fill=(200, 20, 20))
    return picture


def saved(picture: Image.Image, form: str = "JPEG", **how: object) -> bytes:
    kept = BytesIO()
    picture.save(kept, form, **how)
    return kept.getvalue()


def photo(form: str = "JPEG", **how: object) -> bytes:
    return saved(scene(), form, **how)


def iphone_exif(orientation: int = 6) -> Image.Exif:
    """What a telephone tells in secret: place, serial number, hour; and that it was held upright."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Apple"
    place = exif.get_ifd(0x8825)
    place[1], place[2] = "N", (45.0, 45.0, 33.0)
    more = exif.get_ifd(0x8769)
    more[0x9003], more[0x9011], more[0xA431] = "2026:11:20 10:11:12", "+01:00", "SERIAL-4127"
    return exif


def png_chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def animation(form: str) -> bytes:
    """Many small pictures one after the other."""
    return saved(
        scene(99, 99), form, save_all=True, append_images=[scene(99, 99).rotate(n) for n in range(240)]
    )


def png_bomb(width: int, height: int, rows: int | None = None) -> bytes:
    """A PNG of a few kilobytes that asks its reader for width x height pixels, all of them there or a few."""
    press = zlib.compressobj(9)
    row = bytes(width * 3 + 1)
    pixels = b"".join(press.compress(row) for _row in range(rows or height)) + press.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", header)
        + png_chunk(b"IDAT", pixels)
        + png_chunk(b"IEND", b"")
    )

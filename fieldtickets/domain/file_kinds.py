"""What a file is, told from its bytes alone: its kind, its size in pixels, whether it arrived whole.

Only headers and markers are read, no pixel is decoded, so that a request may ask about any file.
The names, sizes and types that a browser declares are never believed.
"""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from mmap import mmap

JPEG, PNG, WEBP, HEIC, PDF = "image/jpeg", "image/png", "image/webp", "image/heic", "application/pdf"
ENDINGS = {
    JPEG: (".jpg", ".jpeg"),
    PNG: (".png",),
    WEBP: (".webp",),
    HEIC: (".heic", ".heif"),
    PDF: (".pdf",),
}
HEAD_BYTES = 64  # enough for every magic number below
MOST_PARTS = 20_000  # chunks, segments or boxes: a file cut finer is made to keep its reader busy

Content = bytes | mmap

# ISO/IEC 23008-12: pictures coded with HEVC; "mif1" alone says only that it is a picture
HEVC_BRANDS = {b"heic", b"heix", b"heim", b"heis"}
OTHER_BRANDS = {b"avif", b"avis"}
# ITU-T T.81, table B.1: every start of frame; C4, C8 and CC are something else
FRAME_MARKERS = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


class Broken(Exception):
    """The file ends too early, or is not built as its kind is."""


@dataclass(frozen=True)
class Shape:
    """A picture's size in pixels, and how many pictures it holds one after the other."""

    width: int
    height: int
    frames: int = 1

    @property
    def pixels(self) -> int:
        """All that a decoder would have to paint."""
        return self.width * self.height * self.frames


def kind_of(head: bytes) -> str | None:
    """The MIME type of what begins so, when it is one that we take."""
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return WEBP
    if head.startswith(b"%PDF-"):
        return PDF
    return HEIC if head[4:8] == b"ftyp" and _holds_hevc(head) else None


def _holds_hevc(head: bytes) -> bool:
    end = min(int.from_bytes(head[:4], "big"), len(head))
    brands = {head[8:12], *(head[at : at + 4] for at in range(16, end, 4))}
    return not brands & OTHER_BRANDS and bool(brands & (HEVC_BRANDS | {b"mif1"}))


def shape(content: Content, kind: str) -> Shape | None:
    """The shape of a picture, None for a document; raises Broken when the end is missing."""
    try:
        found = READERS[kind](content)
    except (struct.error, IndexError) as reason:
        raise Broken from reason
    if found and not found.pixels:
        raise Broken
    return found


def _jpeg(content: Content) -> Shape:
    """Source: ITU-T T.81, annex B. Each segment but the pixels tells its length."""
    size, at = None, 2
    for _segment in range(MOST_PARTS):
        marker, length = struct.unpack_from(">xBH", content, at)
        if content[at] != 0xFF:
            break
        if marker == 0xFF:  # a filling byte
            at += 1
            continue
        if marker in FRAME_MARKERS and size is None:
            height, width = struct.unpack_from(">HH", content, at + 5)
            size = Shape(width, height)
        if marker == 0xDA and size and content.find(b"\xff\xd9", at) > 0:
            return size
        at += 2 + length
    raise Broken


def _png(content: Content) -> Shape:
    """Source: PNG, third edition, 5.3 and 11.3.6. A chunk is its length, type, data and checksum."""
    width, height = struct.unpack_from(">II", content, 16)
    frames, at = 1, 8
    for _chunk in range(MOST_PARTS):
        length, name = struct.unpack_from(">I4s", content, at)
        if name == b"acTL":  # an animation says first how many pictures follow
            (frames,) = struct.unpack_from(">I", content, at + 8)
        at += 12 + length
        if name == b"IEND" and at <= len(content):
            return Shape(width, height, frames)
    raise Broken


def _webp(content: Content) -> Shape:
    """Source: RFC 9649, sections 2.3 to 2.7 and 3.4."""
    size, first = struct.unpack_from("<I4x4s", content, 4)
    if 8 + size > len(content):
        raise Broken
    if first == b"VP8X":
        flags, width, height = struct.unpack("<B3x3s3s", content[20:30])
        frames = _webp_frames(content, 8 + size) if flags & 2 else 1
        return Shape(int.from_bytes(width, "little") + 1, int.from_bytes(height, "little") + 1, frames)
    if first == b"VP8L":
        (bits,) = struct.unpack_from("<I", content, 21)
        return Shape((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    width, height = struct.unpack_from("<HH", content, 26)
    return Shape(width & 0x3FFF, height & 0x3FFF)


def _webp_frames(content: Content, end: int) -> int:
    frames, at = 0, 12
    for _chunk in range(MOST_PARTS):
        if at >= end:
            return frames
        name, length = struct.unpack_from("<4sI", content, at)
        frames += name == b"ANMF"
        at += 8 + length + length % 2
    raise Broken


def _heic(content: Content) -> Shape:
    """Source: ISO/IEC 14496-12 (boxes) and 23008-12, 6.5.3: "ispe" is the size of one picture.

    A picture may be a grid of smaller ones; the largest size is that of the whole.
    """
    top = list(_boxes(content, 0, len(content)))
    if top[-1][2] > len(content):
        raise Broken
    meta = [(start + 4, end) for name, start, end in top if name == b"meta"]  # 4: it has a version
    properties = _inside(content, _inside(content, meta, b"iprp"), b"ipco")
    sizes = [
        Shape(*struct.unpack_from(">II", content, start + 4))
        for start, _end in _inside(content, properties, b"ispe")
    ]
    return max(sizes, key=lambda size: size.pixels, default=Shape(0, 0))


def _inside(content: Content, places: list[tuple[int, int]], wanted: bytes) -> list[tuple[int, int]]:
    """Where the boxes of one name are, inside others and never beyond their end."""
    return [
        (start, min(end, place_end))
        for place_start, place_end in places
        for name, start, end in _boxes(content, place_start, place_end)
        if name == wanted
    ]


def _boxes(content: Content, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and end of what each box holds."""
    for _box in range(MOST_PARTS):
        if at >= end:
            return
        length, name = struct.unpack_from(">I4s", content, at)
        start = at + 8
        if length == 1:
            (length,) = struct.unpack_from(">Q", content, start)
            start += 8
        at = end if length == 0 else at + max(length, 8)
        yield name, start, at
    raise Broken


def _pdf(content: Content) -> None:
    """A PDF ends in "%%EOF", whatever was added after; its pages are not looked into here."""
    if content.rfind(b"%%EOF") < 0:
        raise Broken


READERS: dict[str, Callable[[Content], Shape | None]] = {
    JPEG: _jpeg,
    PNG: _png,
    WEBP: _webp,
    HEIC: _heic,
    PDF: _pdf,
}

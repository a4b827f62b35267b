"""The name under which a file is shown and offered for download; on disk it never serves (U07)."""

import re
import unicodedata
from pathlib import PurePosixPath

LONGEST_NAME = 120  # characters

# controls, formats (zero width, direction), surrogates, private use, line and paragraph separators
INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
BLANKS = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0]")  # letters that look like nothing
FORBIDDEN = re.compile(r'[<>:"|?*]')  # on Windows
# https://learn.microsoft.com/windows/win32/fileio/naming-a-file
DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])\s*(\.|$)", re.IGNORECASE)


def clean_name(declared: str, endings: tuple[str, ...], otherwise: str = "file") -> str:
    """A harmless name that ends as its content asks for, at most 120 characters, never empty.

    What cannot be seen goes first: it may hide a path, a device or a leading dot.
    endings: those of the kind, the usual one first. otherwise: the name where nothing is left.
    """
    seen = "".join(c for c in BLANKS.sub("", declared) if unicodedata.category(c) not in INVISIBLE)
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", seen))[-1]
    name = " ".join(FORBIDDEN.sub("_", last).split()).strip(". ")
    path = PurePosixPath(name or otherwise)
    stem, ending = (path.stem, path.suffix) if path.suffix.lower() in endings else (str(path), endings[0])
    stem = stem[: LONGEST_NAME - len(ending) - 1].rstrip(". ") or otherwise
    return f"_{stem}{ending}" if DEVICES.match(stem) else f"{stem}{ending}"

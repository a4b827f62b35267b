"""The child that draws QR codes: `{name: text}` on standard input, `{name: SVG}` on output.

It knows nothing of the service and is started by its path (children.py). A code can still be read when a
quarter of it is torn off or painted over.
"""

import json
import sys

import segno


def drawn(text: str) -> str:
    """The text as a QR code in SVG, as large as the place it is put in; without the margin that it needs."""
    return str(segno.make_qr(text, error="q").svg_inline(border=0, omitsize=True))


if __name__ == "__main__":
    json.dump({name: drawn(text) for name, text in json.load(sys.stdin).items()}, sys.stdout)

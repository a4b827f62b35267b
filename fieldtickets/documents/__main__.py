"""The child that makes PDFs: `{"html": …, "pictures": {name: base64}}` on standard input, PDF on output.

It knows nothing of the service, is started by its path (children.py), and opens no address: not one of
the 17 hostile markups of the prototype, nor a style sheet, nor an attachment, makes it read or ask.
"""

import json
import logging
import sys
from base64 import b64decode
from collections.abc import Mapping
from typing import Any

from weasyprint import HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse


class Refuse(URLFetcher):
    """Gives what is inside the document or came with it (`asset:<name>`), and nothing else."""

    def __init__(self, pictures: Mapping[str, bytes]) -> None:
        super().__init__(allowed_protocols=("data",), allow_redirects=False)
        self._pictures = pictures

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Any:
        if url.startswith("asset:"):
            return URLFetcherResponse(url, self._pictures[url.removeprefix("asset:")])
        return super().fetch(url, headers)


def main() -> None:
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)  # its warnings quote the document
    asked = json.load(sys.stdin.buffer)
    pictures = {name: b64decode(content) for name, content in asked["pictures"].items()}
    document = HTML(string=asked["html"], url_fetcher=Refuse(pictures))
    sys.stdout.buffer.write(document.write_pdf())


if __name__ == "__main__":
    try:
        main()
    except Exception as reason:
        sys.exit(type(reason).__name__)

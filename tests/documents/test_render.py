"""PDFs are made in a child process that opens no address and reads no file, whatever the document says."""

from base64 import b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from threading import Thread

import pytest
from pypdf import PdfReader
from weasyprint import HTML
from weasyprint.urls import URLFetcher

from fieldtickets.documents import render
from fieldtickets.documents.render import PdfFailed, render_pdf
from tests.pictures import photo

CANARY = "the-key-of-the-cellar"
MARKUPS = """
<link rel=stylesheet href="{at}/1.css"><link rel=attachment href="{at}/2"><link rel=icon href="{at}/3">
<style>@import url({at}/4.css); @font-face {{font-family: igor; src: url({at}/5.woff)}}</style>
<style>@page {{background: url({at}/6.png)}} li {{list-style-image: url({at}/7.png)}}</style>
<style>p::before {{content: url({at}/8.png)}} h1 {{background-image: url("{at}/9.svg")}}</style>
<style>b {{border-image: url({at}/10.png) 1}} h2 {{content: url({at}/12.png)}}</style>
<img src="{at}/13.png"><img srcset="{at}/14.png 2x" src="{at}/15.png"><input type=image src="{at}/16.png">
<object data="{at}/17.svg"></object><embed src="{at}/18.svg"><iframe src="{at}/19"></iframe>
<svg xmlns="http://www.w3.org/2000/svg"><image href="{at}/20.png"/><use href="{at}/21.svg#a"/>
<style>@import url({at}/22.css);</style></svg>
<video poster="{at}/23.png"></video><table background="{at}/24.png"><tr><td background="{at}/25.png">x</table>
<a rel=attachment href="{at}/26">x</a><meta http-equiv=refresh content="0;url={at}/27"><base href="{at}/28/">
<h1 style="background: url({at}/29.png)">x</h1><h2>x</h2><p>x</p><ul><li>x</ul><b>x</b>
<span style="font-family: igor">x</span><img src="data:image/svg+xml;base64,{svg}"><img src="//{host}/31">
<img src="file://{file}"><link rel=attachment href="file://{file}"><object data="{file}"></object>
<link rel=stylesheet href="FILE://{file}"><img src="ftp://{host}/32"><img src="asset:../../{file}">
"""


@pytest.fixture
def igors_server() -> Iterator[ThreadingHTTPServer]:
    """A server that remembers who knocks."""

    class Knock(BaseHTTPRequestHandler):
        def do_GET(self):
            self.server.knocks.append(self.path)
            self.send_error(404)

        def log_message(self, *args: object) -> None:
            """Silent."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Knock) as server:
        server.knocks = []
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def hostile(igors_server, tmp_path) -> str:
    secret = tmp_path / "secret.txt"
    secret.write_text(CANARY)
    host = f"127.0.0.1:{igors_server.server_address[1]}"
    svg = f'<svg xmlns="http://www.w3.org/2000/svg"><image href="http://{host}/30.png"/></svg>'
    words = {"at": f"http://{host}", "host": host, "file": secret, "svg": b64encode(svg.encode()).decode()}
    return MARKUPS.format(**words)


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def test_a_document_becomes_a_pdf():
    pdf = render_pdf("<html lang=fr><title>Bon</title><p>Fuite d’eau à l’évier : 180,00 € عربى</p></html>")

    assert "Fuite d’eau à l’évier : 180,00 €" in text_of(pdf)
    assert PdfReader(BytesIO(pdf)).metadata.title == "Bon"


def test_no_markup_makes_it_ask_or_read_anything(hostile, igors_server):
    """E7 P01"""
    pdf = render_pdf(hostile)

    assert igors_server.knocks == []
    assert CANARY.encode() not in pdf
    assert CANARY not in text_of(pdf)
    assert not PdfReader(BytesIO(pdf)).attachments


def test_the_markups_are_hostile_indeed(hostile, igors_server):
    """P01"""
    HTML(string=hostile, url_fetcher=URLFetcher(timeout=0.5)).write_pdf()

    assert len(set(igors_server.knocks)) >= 14


def test_the_pictures_that_came_along_are_shown():
    """P01"""
    pdf = render_pdf(
        '<img src="asset:photo/1"><img src="asset:gone" alt="photo unreadable">', {"photo/1": photo()}
    )

    assert len(PdfReader(BytesIO(pdf)).pages[0].images) == 1
    assert "photo unreadable" in text_of(pdf)


def test_a_damaged_picture_leaves_its_words_and_the_rest():
    """P03"""
    pdf = render_pdf('<p>Fuite</p><img src="asset:1" alt="photo unreadable">', {"1": photo()[3:]})

    assert "Fuite" in text_of(pdf)
    assert "photo unreadable" in text_of(pdf)


ENDLESS = "<table>" + "<tr><td>a<td>b<td>c" * 40_000 + "</table>"
HEAVY = "<p>" + "a " * 20_000_000


@pytest.mark.parametrize(
    ("limits", "document"),
    [({"seconds": 1}, ENDLESS), ({"memory_bytes": 256 * 1024**2}, HEAVY)],
    ids=["time", "memory"],
)
def test_a_document_over_the_limits_fails_and_the_next_is_made(limits, document, monkeypatch):
    """P02"""
    with monkeypatch.context() as short:
        short.setattr(render, "CHILD", replace(render.CHILD, **limits))
        with pytest.raises(PdfFailed, match=r"^[\w -]+$"):
            render_pdf(document)

    assert render_pdf("<p>x").startswith(b"%PDF-")


def test_absurd_styles_and_words_are_no_danger():
    """P02"""
    absurd = f'<p style="width:1e9px;margin:-1e9px">x</p><p>{"a" * 20_000}</p>'

    assert render_pdf(absurd).startswith(b"%PDF-")


def test_more_orders_than_there_is_room_for_wait_their_turn():
    """P02"""
    with ThreadPoolExecutor(4) as phones:
        made = list(phones.map(lambda number: render_pdf(f"<p>order {number}"), range(4)))

    assert [text_of(pdf) for pdf in made] == [f"order {number}" for number in range(4)]

"""What `deploy/` promises: honest first lines, files that parse, and no link in a proxy's log."""

import re
from pathlib import Path

import pytest
import yaml

DEPLOY = Path(__file__).parent.parent.parent / "deploy"
NGINX = (DEPLOY / "proxy/nginx.conf").read_text()
CADDY = (DEPLOY / "proxy/Caddyfile").read_text()
TOKEN = "Ab3" + "x" * 20
SAMPLES = (".example", ".dockerignore")  # read by a person, or by a program that knows no comments


def nginx_map(source: str, value: str) -> str:
    """What nginx makes of a value by the `map` of that source: the first pattern that matches wins."""
    block = re.search(rf"map \${source} \$\w+ {{(.*?)^}}", NGINX, re.DOTALL | re.MULTILINE)
    assert block
    for flags, pattern, result in re.findall(r'"~(\*?)(.*?)"\s+"?(.*?)"?;', block[1]):
        found = re.search(pattern.replace("(?<", "(?P<"), value, re.IGNORECASE if flags else 0)
        if found:
            return re.sub(r"\$\{?(\w+)\}?", lambda name, hit=found: hit[name[1]], result)
    return "-"


def caddy_filter(value: str) -> str:
    """What Caddy writes for a request's address."""
    line = re.search(r'request>uri regexp "(.*)" "(.*)"', CADDY)
    assert line
    pattern, result = line.groups()
    return re.sub(pattern, lambda found: re.sub(r"\$(\d)", lambda n: found[int(n[1])] or "", result), value)


@pytest.mark.parametrize(
    "address",
    [
        f"/l/{TOKEN}",
        f"/l/{TOKEN}/offer.accept",
        f"/l/{TOKEN}/files/3/photo.jpg?size={TOKEN}",
        f"//l//{TOKEN}/quote.submit",
        f"/%6C%2f{TOKEN}",
        f"/password/choose/{TOKEN}",
        f"/s/{TOKEN}",
        f"/tickets?q={TOKEN}",
    ],
)
def test_neither_proxy_writes_a_token_or_a_search(address):
    """N07"""
    assert TOKEN not in nginx_map("request_uri", address)
    assert TOKEN not in caddy_filter(address)


@pytest.mark.parametrize(
    "page", [f"l/{TOKEN}", f"l/{TOKEN}/offer.accept?a={TOKEN}", f"password/{TOKEN}", f"s/{TOKEN}"]
)
def test_the_referer_is_scrubbed_as_well(page):
    """N07"""
    assert TOKEN not in nginx_map("http_referer", f"https://tickets.example.com/{page}")
    assert "request>headers delete" in CADDY


def test_what_remains_still_tells_the_operator_what_was_asked():
    assert nginx_map("request_uri", f"/l/{TOKEN}/offer.accept") == "/l/#/offer.accept"
    assert caddy_filter(f"/l/{TOKEN}/offer.accept") == "/l/#/offer.accept"
    assert nginx_map("request_uri", "/tickets/T-2026-000123") == "/tickets/T-2026-000123"
    assert nginx_map("request_uri", "/assets/1/desk.css") == "/assets/1/desk.css"
    assert caddy_filter("/assets/1/desk.css") == "/assets/1/desk.css"
    assert nginx_map("http_referer", f"https://a.example/l/{TOKEN}/quote") == "https://a.example/l/#/quote"


@pytest.mark.parametrize("path", sorted(path.name for path in DEPLOY.rglob("*.y*ml")))
def test_every_manifest_is_yaml(path):
    (found,) = DEPLOY.rglob(path)
    assert all(yaml.safe_load_all(found.read_text()))


def test_what_cannot_be_run_here_says_so_in_its_first_line():
    for path in DEPLOY.rglob("*"):
        if path.is_file() and path.suffix not in SAMPLES:
            first = path.read_text().splitlines()[0]
            assert re.match(r"# .*(never|by hand)", first, re.IGNORECASE), path

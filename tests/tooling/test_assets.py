"""Front-end files: as listed, as locked, with their licences."""

import base64
import hashlib
import json
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
WANTED = json.loads((ROOT / "assets.json").read_text())
LOCK = json.loads((ROOT / "package-lock.json").read_text())["packages"]


def test_every_listed_file_is_there_and_is_what_its_manifest_says():
    for folder, files in WANTED.items():
        manifest = json.loads((ROOT / folder / "manifest.json").read_text())
        assert manifest.keys() == files.keys()
        for name, about in manifest.items():
            digest = hashlib.sha384((ROOT / folder / name).read_bytes()).digest()
            assert about["sri"] == "sha384-" + base64.b64encode(digest).decode()
            assert about["version"] == LOCK[f"node_modules/{about['package']}"]["version"]


def test_every_package_comes_with_its_licence():
    for folder, files in WANTED.items():
        assert len(list((ROOT / folder / "licences").iterdir())) == len(files)


def test_the_lock_holds_digests_and_names_no_host():
    packages = [about for place, about in LOCK.items() if place]

    assert all(about["integrity"].startswith("sha512-") for about in packages)
    assert not any("resolved" in about for about in packages)

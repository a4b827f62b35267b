"""Compile the catalogues that changed: `python -m tools.translations`, run before the service starts."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

CATALOGUES = Path(__file__).parent.parent / "translations"


def main(catalogues: Path = CATALOGUES) -> None:
    """Compile every `.po` newer than its `.mo`; no catalogue at all is fine, English is in the code."""
    for source in sorted(catalogues.glob("*/LC_MESSAGES/*.po")):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            compile_one(source, compiled)


def compile_one(source: Path, compiled: Path) -> None:
    """Written aside and put in place at once, since a running service may be reading the old one."""
    with source.open("rb") as text:
        catalogue = read_po(text)
    aside = compiled.with_suffix(".new")
    with aside.open("wb") as binary:
        write_mo(binary, catalogue)
    aside.replace(compiled)


if __name__ == "__main__":
    main()

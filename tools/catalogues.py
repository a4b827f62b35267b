"""Bring the catalogues up to the sentences in the code: `python -m tools.catalogues`.

New sentences are added without a translation, those that nobody says any more are dropped. English is
the language of the ids and has no catalogue.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
CATALOGUES = ROOT / "translations"
LANGUAGES = ("fr", "de", "it")
WHERE = [("fieldtickets/**.py", "python"), ("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2")]
HEADER = "# Sentences of fieldtickets. `python -m tools.catalogues` adds new ones; translate them here."
BORN = datetime(2026, 11, 24, tzinfo=UTC)
KEYWORDS = {"_": None, "say": None}


def sentences() -> Iterator[str]:
    """Every sentence for people that the code and the templates hold, each once."""
    found = extract_from_dir(str(ROOT), WHERE, keywords=KEYWORDS, options_map={})
    yield from dict.fromkeys(
        text for _file, _line, text, _comments, _context in found if isinstance(text, str)
    )


def read(language: str) -> Catalog:
    """The catalogue of a language as it stands."""
    path = CATALOGUES / language / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def empty(language: str) -> Catalog:
    """A catalogue without sentences; its header never changes by itself."""
    return Catalog(
        locale=language,
        project="fieldtickets",
        version="1",
        header_comment=HEADER,
        creation_date=BORN,
        revision_date=BORN,
        last_translator="fieldtickets",
        language_team="fieldtickets",
        msgid_bugs_address="the issues of the project",
        fuzzy=False,
    )


def missing(language: str) -> list[str]:
    """Sentences without a translation."""
    known = read(language)
    return [one for one in sentences() if one and not (one in known and known[one].string)]


def main() -> None:
    """Rewrite every catalogue and say how much is left to translate."""
    for language in LANGUAGES:
        old, new = read(language), empty(language)
        for sentence in filter(None, sentences()):
            new.add(sentence, old[sentence].string if sentence in old else "")
        path = CATALOGUES / language / "LC_MESSAGES" / "messages.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, new, width=110, omit_header=False, sort_output=True)
        print(f"{language}: {len(missing(language))} sentences to translate")


if __name__ == "__main__":
    main()

"""Catalogues are compiled when they changed."""

import gettext
import os
from pathlib import Path

import pytest

from tools.translations import main

HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    path = tmp_path / "fr/LC_MESSAGES/messages.po"
    path.parent.mkdir(parents=True)
    path.write_text(HEADER + 'msgid "Accept"\nmsgstr "Accepter"\n', encoding="utf-8")
    return path


def translated(catalogue: Path, message: str) -> str:
    with catalogue.with_suffix(".mo").open("rb") as compiled:
        return gettext.GNUTranslations(compiled).gettext(message)


def test_a_catalogue_is_compiled(catalogue, tmp_path):
    main(tmp_path)

    assert translated(catalogue, "Accept") == "Accepter"


def test_a_catalogue_is_compiled_again_only_when_it_changed(catalogue, tmp_path):
    main(tmp_path)
    compiled = catalogue.with_suffix(".mo")
    os.utime(compiled, (1, 1))
    os.utime(catalogue, (0, 0))
    main(tmp_path)
    assert compiled.stat().st_mtime == 1

    os.utime(catalogue, (2, 2))
    main(tmp_path)
    assert compiled.stat().st_mtime > 2


def test_a_draft_is_not_shown_to_people(catalogue, tmp_path):
    catalogue.write_text(HEADER + '#, fuzzy\nmsgid "Accept"\nmsgstr "Acceptation"\n', encoding="utf-8")
    main(tmp_path)

    assert translated(catalogue, "Accept") == "Accept"


def test_no_catalogue_at_all_is_fine(tmp_path):
    main(tmp_path / "nowhere")

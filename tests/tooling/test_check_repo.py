"""House rules: what they catch, and what they let through."""

from pathlib import Path

import pytest

from tools.check_repo import MOST_LINES, check


@pytest.fixture
def said(tmp_path: Path):
    def said_of(name: str, content: str) -> list[str]:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
        return list(check(path, tmp_path))

    return said_of


@pytest.mark.parametrize(
    "line",
    [
        "# TO" + "DO: later",
        "FROM docker" + ".io/library/python",
        "index = https://py" + "pi.org/simple",
        "cd /wo" + "rk/main && make",
        "see /ro" + "ot/.cache",
    ],
)
def test_unfinished_work_registries_and_machines_are_named_with_their_line(said, line):
    (sentence,) = said("notes.md", f"first\n{line}\n")

    assert sentence.startswith("notes.md:2: ")


@pytest.mark.parametrize(
    "line", ["all work is done", "https://shop.example/work/12", "root /srv/www;", "$ROOT/work"]
)
def test_plain_words_and_addresses_pass(said, line):
    assert said("notes.md", line) == []


def test_a_file_past_its_room_is_refused_unless_it_is_not_ours(said):
    long = "x = 1\n" * (MOST_LINES + 1)

    assert "401 lines" in said("long.py", long)[0]
    assert said("lock.txt", long) == []


def test_a_migration_may_be_as_long_as_its_tables_are(said):
    assert said("migrations/versions/0001_tables.py", "x = 1\n" * (MOST_LINES + 1)) == []


def test_a_function_longer_than_a_screen_is_refused_its_docstring_not_counted(said):
    body = "    x = 1\n" * 39

    assert said("fits.py", 'def f():\n    """One.\n\n    Two.\n    """\n' + body) == []
    assert "f has 41 lines" in said("long.py", "def f():\n" + body + "    x = 2\n")[0]


def test_a_picture_is_left_alone(tmp_path):
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0")

    assert list(check(tmp_path / "photo.jpg", tmp_path)) == []

"""The pages of docs/: those made from the code are up to date, those written by hand name what is there."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from werkzeug.datastructures import MultiDict

from fieldtickets import config
from fieldtickets.domain.acts import Exchange, Facts, Refused
from fieldtickets.domain.effects import Slot
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import Phase, Standing
from fieldtickets.exchanges import ACTS
from tests.builders import MONDAY_NOON as NOW
from tools.docs import __main__ as docs
from tools.docs import behaviours, commands, coverage, figures, lifecycle, playbooks, texts

ROOT = Path(__file__).parent.parent.parent
WRITTEN = sorted([ROOT / "README.md", ROOT / "style.md", *(ROOT / "docs").glob("*.md")])
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)[^)]*\)")
A_TEST = '''
"""The whole file: R01, L07."""


def test_a_double_tap_is_one_act():
    """R02 S040: twice is once."""


def test_every_kind_of_wrong_link_is_refused_l06():
    """L02 to L04"""
'''


@pytest.mark.translated
@pytest.mark.parametrize("name", docs.PAGES)
def test_a_page_is_the_same_when_it_is_made_twice(name):
    make = docs.PAGES[name]

    assert make() == make()


def test_the_committed_lifecycle_is_the_one_of_the_code():
    """Run `make docs` after changing an exchange."""
    assert (ROOT / "docs/lifecycle.md").read_text("utf-8") == lifecycle.page()


def test_the_lifecycle_tells_of_every_act():
    page = lifecycle.page()

    assert [name for name in ACTS if f"`{name}`" not in page] == []


@pytest.mark.translated
def test_every_text_message_is_shown_with_what_it_costs():
    """M16"""
    page = texts.page()

    for act in ACTS.values():
        for notice in act.notices:
            assert not notice.sms or f"## `{act.name}`, to the {notice.to}" in page
    assert "%(" not in page


def test_every_behaviour_has_its_words_and_a_place_where_it_is_seen():
    assert list(behaviours.places()) == behaviours.ALL
    assert [one for one in behaviours.ALL if one not in coverage.requirements()] == []


def test_every_behaviour_is_seen_somewhere_and_tried_by_a_test():
    """One that loses its last test, or the place where it is seen, is noticed here."""
    assert behaviours.uncovered() == []
    assert [one for one, place in behaviours.places().items() if not place or " no " in place] == []


def test_each_act_that_a_behaviour_is_seen_in_exists():
    named = {act for place in behaviours.places().values() for act in re.findall(r"`(\w+\.\w+)`", place)}
    assert named - set(ACTS) == set()


@pytest.mark.translated
def test_the_playbooks_are_shown_with_their_numbers_and_clocks():
    """S084"""
    syndic, marketplace, cleaning = playbooks.page().split("## `")[1:]

    assert "| `remind_after` | 24 h |" in syndic
    assert "| `calls_within` | 12 h |" in marketplace
    assert "| `absence` | 100 %, at most 40.00 |" in cleaning
    assert "| `declares_within` | 5 days |" in cleaning
    assert "`offer.lapse`" in syndic
    assert "%(" not in playbooks.page()


def test_ids_are_found_in_docstrings_names_and_ranges(tmp_path):
    (tmp_path / "test_twice.py").write_text(A_TEST)

    named = coverage.named(tmp_path)

    assert named["R02"] == named["S040"] == ["test_twice.py::test_a_double_tap_is_one_act"]
    assert {"L02", "L03", "L04", "L06"} <= named.keys()
    assert named["L07"] == ["test_twice.py"]
    assert "L05" not in named


def test_every_id_that_a_test_names_has_its_words():
    assert sorted(coverage.named(ROOT / "tests").keys() - coverage.requirements().keys()) == []


def test_the_operator_is_told_of_every_setting_and_of_no_other():
    table = (ROOT / "docs/operations.md").read_text("utf-8")

    assert tuple(re.findall(r"^\| `([A-Z_]+)` \|", table, re.MULTILINE)) == config.NAMES


def test_figures_stand_between_their_markers():
    rows = [{"what": "open a link", "unit": "ms", "ours": 2.1, "bare": 1.4, "ratio": 1.5, "limit": None}]
    page = f"before\n{figures.BEGIN}old\n{figures.END}after\n"

    once = figures.filled(page, {"python": "3.12", "rows": rows})

    assert "| open a link | ms | 2.1 | 1.4 | 1.5 |  |" in once
    assert "old" not in once
    assert once.startswith("before\n")
    assert once.endswith("after\n")
    assert figures.filled(once, {"python": "3.12", "rows": rows}) == once


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name)
def test_what_a_page_points_to_is_there(path):
    pointed = [one for one in LINK.findall(path.read_text("utf-8")) if not one.startswith("docs/screens/")]

    assert [one for one in pointed if not (path.parent / one).exists()] == []


def example() -> str:
    """The exchange that README.md shows."""
    page = (ROOT / "README.md").read_text("utf-8")
    return page.partition("<!-- example: begin -->\n```python\n")[2].partition("```\n<!-- example: end -->")[
        0
    ]


def test_the_exchange_that_the_readme_shows_works_as_it_stands():
    names: dict[str, object] = {}
    exec(compile(example(), "README.md", "exec"), names)
    exchange = names["LATENESS"]
    assert isinstance(exchange, Exchange)
    (act,) = exchange.acts
    today = Facts(Phase.ASSIGNED, NOW, standing=Standing.ASSIGNED, appointment=Slot(NOW + timedelta(hours=2)))

    form = act.form(MultiDict({"minutes": "20"}))
    assert form.validate()
    assert form.answer() == exchange.samples[act.name]
    assert [notice.to for _, notice in act.play(Party.SUBCONTRACTOR, today, form.answer()).notices] == [
        Party.CUSTOMER
    ]
    later = replace(today, appointment=Slot(NOW + timedelta(days=3)))
    with pytest.raises(Refused, match="not today"):
        act.play(Party.SUBCONTRACTOR, later, form.answer())


def test_the_example_of_settings_is_refused_until_its_secrets_are_changed():
    """S09"""
    text = (ROOT / "deploy/fieldtickets.env.example").read_text("utf-8")
    given = dict(line.split("=", 1) for line in text.splitlines() if line and not line.startswith("#"))
    given["FIELDTICKETS_SECRET_KEYS"] = "aV3ry-R4ndom.K3y_0f-th1s-y3ar-2026"
    with pytest.raises(config.BadSetting, match="holds an example"):
        config.Settings.from_env(given)

    ours = {name: value.replace("change-me", "Zq8-rW2n") for name, value in given.items()}
    assert config.Settings.from_env(ours).is_public


def test_what_style_shows_stands_in_the_code():
    code = "".join(path.read_text("utf-8") for room in ("fieldtickets", "tests") for path in python_of(room))
    shown = re.findall(
        r"^```python\n(.*?)^```", (ROOT / "style.md").read_text("utf-8"), re.DOTALL | re.MULTILINE
    )

    assert [block for block in shown if block not in code] == []
    assert shown


def python_of(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name)
def test_the_files_that_a_page_names_are_there(path):
    named = re.findall(r"`((?:fieldtickets|deploy|tests|tools|docs)/[\w@./-]+)`", path.read_text("utf-8"))

    assert [one for one in named if not (ROOT / one).exists()] == []


def test_each_command_is_shown_with_what_it_needs():
    page = commands.page()

    assert "| `user create EMAIL --role " in page
    assert "| `rounds run` | Act on every deadline that is due, once. |" in page
    assert "`shell`" not in page


def test_every_page_that_is_told_of_is_there(tmp_path):
    page = (ROOT / "docs/interface.md").read_text("utf-8").partition("## Links")[0]
    told = {
        one for row in re.findall(r"^\| (`/.*?) \|", page, re.MULTILINE) for one in re.findall("`(.*?)`", row)
    }
    rules = {re.sub("<.*?>", "<>", one.rule) for one in commands.demo(tmp_path).url_map.iter_rules()}
    there = {path for path in told if re.sub("<.*?>", "<>", path) in rules or path.endswith("…")}

    assert sorted(told - there) == ["/test/clock"]  # only in the environment of tests

"""Lists of companies: read as spreadsheets save them, every error with its line and column."""

import codecs

import pytest

from fieldtickets.imports import Unreadable, decoded, subcontractors
from fieldtickets.phones import normalise

GOOD = """Nom;Téléphone;E-mail;Métiers;Secteurs;SIRET;Numéro
Étanchéité Léa;06 12 34 56 70;lea@etancheite.example;toiture, façade;69,38;73282932000074;E-1
Marc;;marc@serrurier.example;serrure;;;
"""


def read(content: bytes | str):
    raw = content if isinstance(content, bytes) else content.encode()
    return subcontractors(raw, "FR", ("FR", "CH"))


def wrong(content: bytes | str) -> list[tuple[int, str]]:
    return [(one.line, one.column) for one in read(content).wrong]


@pytest.mark.parametrize(
    "content",
    [
        GOOD.encode(),
        codecs.BOM_UTF8 + GOOD.encode(),
        GOOD.encode("cp1252"),
        GOOD.replace("\n", "\r\n").encode("cp1252"),
        GOOD.replace(";", "\t").encode(),
    ],
    ids=["UTF-8", "with its mark", "Windows", "Windows lines", "tabs"],
)
def test_a_list_is_read_however_it_was_saved(content):
    """X03 M15"""
    found = read(content)
    assert found.wrong == []
    lea, marc = (line.values for line in found.lines)
    assert (lea["name"], lea["phone"]) == ("Étanchéité Léa", "+33612345670")
    assert (lea["trades"], lea["areas"], lea["external_no"]) == (["toiture", "façade"], ["69", "38"], "E-1")
    assert (marc["email"], marc["areas"], marc["external_no"]) == ("marc@serrurier.example", [], None)


def test_commas_separate_too_and_quotes_hold_them():
    """X03"""
    (line,) = read('name,phone,trades\nMarc,0612345670,"locks, doors"\n').lines
    assert line.values["trades"] == ["locks", "doors"]


def test_every_error_names_its_line_and_its_column():
    """R15 M15 X04"""
    assert wrong(
        "name;phone;email;siret;language\n"
        "Marc;12;;;\n"
        '"Léa\net fils";0612345670;lea@;;\n'
        "\n"
        ";0612345671;;123;xx\n"
        "Nobody;;;;\n"
    ) == [(2, "phone"), (3, "email"), (6, "name"), (6, "siret"), (6, "language"), (7, "phone")]


@pytest.mark.parametrize(
    ("content", "where"),
    [
        ("", [(1, "name")]),
        ("phone\n0612345670\n", [(1, "name")]),
        ("name;nom;phone\nA;B;0612345670\n", [(1, "nom")]),
        ("name;phone;number\nA;0612345670;1\nB;0612345671;1\n", [(3, "number")]),
        ("name;phone\nMarc;0612345670\nMARC;0612345671\n", [(3, "name")]),
        ("name;phone\n" + "x" * 121 + ";0612345670\n", [(2, "name")]),
        ("name;phone;trades\nMarc;0612345670;" + "x" * 41, [(2, "trades")]),
    ],
)
def test_what_cannot_be_a_list_is_said(content, where):
    """R15 X10"""
    assert wrong(content) == where


def test_columns_that_nobody_knows_are_named():
    """X10"""
    assert read("name;phone;Couleur\nMarc;0612345670;bleu\n").ignored == ["Couleur"]


def test_bytes_that_are_no_text_do_no_harm():
    """X04"""
    assert decoded(b"\x81\x8d\x00") != ""
    assert read(bytes(range(256)) * 20).wrong


def test_a_list_of_twenty_thousand_lines_takes_time_in_step_with_its_length(monkeypatch):
    """R16"""
    calls = []
    monkeypatch.setattr("fieldtickets.contacts.normalise", lambda *_: calls.append(1) or refuse())
    found = read("name;phone\n" + "".join(f"Artisan {n};12\n" for n in range(20_000)))
    assert len(calls) == len(found.lines) == len(found.wrong) == 20_000
    assert normalise("0612345670", "FR") == "+33612345670"


def refuse():
    raise Unreadable("no number")

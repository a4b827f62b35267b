"""`flask import subcontractors`: checked always, written when it is said."""

from sqlalchemy import select

from fieldtickets.store.models import Subcontractor

OURS = ("--organisation", "Gestion Lavigne")


def names(database, cast) -> set[str]:
    with database.read(cast.organisation) as rows:
        return set(rows.scalars(select(Subcontractor.name)))


def test_a_list_is_checked_and_written_only_with_apply(command, database, cast, tmp_path):
    """S008"""
    path = tmp_path / "artisans.csv"
    path.write_text("nom;telephone\nMarc Serrurier;0612345670\n")

    checked = command("import", "subcontractors", str(path), *OURS)
    assert (checked.exit_code, "--apply" in checked.output) == (0, True)
    assert "Marc Serrurier" not in names(database, cast)

    written = command("import", "subcontractors", str(path), *OURS, "--apply")
    assert (written.exit_code, "1 added, 0 changed." in written.output) == (0, True)
    assert "Marc Serrurier" in names(database, cast)


def test_each_error_has_its_line_and_column_and_nothing_is_written(command, database, cast, tmp_path):
    """R15 M15"""
    path = tmp_path / "artisans.csv"
    path.write_text("nom;telephone\nMarc Serrurier;0612345670\nLéa;12\n")

    refused = command("import", "subcontractors", str(path), *OURS, "--apply")

    assert refused.exit_code == 1
    assert "line 3, column telephone: Check this phone number" in refused.output
    assert "Marc Serrurier" not in names(database, cast)


def test_among_several_organisations_one_is_named(command, cast, tmp_path):
    """O04"""
    path = tmp_path / "artisans.csv"
    path.write_text("nom;telephone\nMarc;0612345670\n")
    refused = command("import", "subcontractors", str(path))
    assert refused.exit_code == 1
    assert "--organisation" in refused.output

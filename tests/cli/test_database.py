"""`flask db`: the schema goes up and down, and says where it stands."""


def test_the_schema_is_checked_taken_down_and_brought_up_again(command):
    """D15"""
    assert command("db", "check").exit_code == 0
    assert command("db", "downgrade", "base").stdout.splitlines()[-1] == "The database is at no revision."

    behind = command("db", "check")
    assert behind.exit_code == 1
    assert "flask db upgrade" in behind.stderr

    assert command("db", "upgrade").exit_code == 0
    assert command("db", "check").exit_code == 0


def test_a_revision_that_nobody_wrote_is_refused_in_a_sentence(command):
    """D15"""
    refused = command("db", "upgrade", "nowhere")

    assert refused.exit_code == 1
    assert refused.stderr.startswith("Error: ")

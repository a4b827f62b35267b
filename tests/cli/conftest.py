"""Commands, run as `flask <command>` runs them."""

import pytest


@pytest.fixture
def command(app):
    """Runs one command: `command("organisation", "create", "Lavigne")`."""
    runner = app.test_cli_runner()
    return lambda *words: runner.invoke(args=list(words))

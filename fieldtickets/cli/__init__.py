"""The commands: `flask <command>`, one file for each family."""

from flask import Flask

from fieldtickets.cli import accounts, backup, database, demo, doctor, export, importing, journal, worker

FAMILIES = (accounts, backup, database, demo, doctor, export, importing, journal, worker)


def install(app: Flask) -> None:
    """Make the commands of every family known to `flask`."""
    for family in FAMILIES:
        for command in family.COMMANDS:
            app.cli.add_command(command)

"""The commands: `flask <command>`, one file for each family, read when it is called.

The web processes carry this list and nothing of the commands themselves.
"""

from importlib import import_module

from click import Command, Context
from flask import Flask
from flask.cli import AppGroup

FAMILIES = {
    "accounts": ("organisation", "user", "token"),
    "backup": ("backup", "restore", "purge"),
    "books": ("books",),
    "database": ("db",),
    "demo": ("demo",),
    "doctor": ("doctor",),
    "export": ("export",),
    "importing": ("import",),
    "journal": ("journal",),
    "simulate": ("simulate",),
    "worker": ("up", "worker", "rounds", "outbox"),
}
WHERE = {command: family for family, commands in FAMILIES.items() for command in commands}


class Commands(AppGroup):
    """All commands by name; a family's file is read when one of its commands is wanted."""

    def list_commands(self, ctx: Context) -> list[str]:
        """Every name that `flask --help` shows."""
        return sorted({*super().list_commands(ctx), *WHERE})

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        """The command of this name."""
        if cmd_name not in WHERE:
            return super().get_command(ctx, cmd_name)
        commands: tuple[Command, ...] = import_module(f"fieldtickets.cli.{WHERE[cmd_name]}").COMMANDS
        return next(command for command in commands if command.name == cmd_name)


def install(app: Flask) -> None:
    """Make the commands of every family known to `flask`."""
    app.cli = Commands(app.name)

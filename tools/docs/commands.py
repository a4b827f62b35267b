"""The table of commands in docs/operations.md, between its markers, from what each says of itself."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from flask import Flask

from fieldtickets import create_app
from fieldtickets.config import Settings
from tools.docs.tables import between, table

PAGE = Path(__file__).parent.parent.parent / "docs/operations.md"
BEGIN, END = "<!-- commands: begin -->\n", "<!-- commands: end -->\n"
OF_FLASK = ("run", "shell", "routes")


def page() -> str:
    """docs/operations.md with the commands as they are."""
    with TemporaryDirectory(prefix="fieldtickets-docs-") as folder:
        rows = [(usage(name, one), told(one)) for name, one in commands(demo(Path(folder)).cli)]
    return between(PAGE.read_text(encoding="utf-8"), BEGIN, END, table(("command", "what it does"), rows))


def demo(folder: Path) -> Flask:
    """The application as a newcomer has it, its own files in a folder."""
    settings = Settings(
        secret_keys=("0" * 40,),
        env="demo",
        smtp_url="demo:",
        sms_url="demo:",
        database_url=f"sqlite:///{folder}/fieldtickets.db",
        queue_url=f"sqlite:{folder}/jobs.db",
        storage_url=f"file:{folder}/files",
    )
    return create_app(settings)


def commands(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    """Our commands with their whole names, by the alphabet."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None:
            continue
        if isinstance(command, click.Group):
            yield from commands(command, f"{before}{name} ")
        elif before or name not in OF_FLASK:
            yield before + name, command


def usage(name: str, command: click.Command) -> str:
    """How it is called: the name, what it needs, what it may be given."""
    with click.Context(command) as context:
        pieces = [name]
        for one in command.params:
            words = one.make_metavar(context)
            if isinstance(one, click.Argument):
                pieces.append(words)
            else:
                option = one.opts[0] if getattr(one, "is_flag", False) else f"{one.opts[0]} {words}"
                pieces.append(option if one.required else f"[{option}]")
    return "`" + " ".join(pieces) + "`"


def told(command: click.Command) -> str:
    """The first paragraph of its help."""
    return (command.help or "").partition("\n\n")[0]

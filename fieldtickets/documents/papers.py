"""Papers of our side: a template and plain values become HTML for print, in one reader's language."""

from datetime import date, datetime
from functools import partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from fieldtickets.language import Reader, dated, local, say, shown

TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parents[2] / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def paper(name: str, reader: Reader, **values: object) -> str:
    """The page `templates/documents/<name>.html` for `render_pdf`.

    It is given `_` (a message id as a sentence), `shown` (a value as the reader writes it), `dated`
    (a day with its year), `language`, and the values.
    """
    return TEMPLATES.get_template(f"documents/{name}.html").render(
        _=partial(_said, reader),
        shown=partial(_shown, reader),
        dated=partial(_dated, reader),
        language=reader.language,
        **values,
    )


def _said(reader: Reader, message: str, /, **words: object) -> str:
    return say(message, reader, **words)


def _shown(reader: Reader, value: object) -> str:
    return shown(value, reader)


def _dated(reader: Reader, value: date | datetime) -> str:
    return dated(local(value, reader) if isinstance(value, datetime) else value, reader)

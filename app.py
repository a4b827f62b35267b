"""The WSGI entry point: gunicorn `app:app`, or any `flask` command."""

import gc
import sys

gc.disable()  # what is read at the start stays: to look through it for garbage is a tenth of the start

from fieldtickets import create_app  # noqa: E402
from fieldtickets.config import BadSetting  # noqa: E402

try:
    app = create_app()
except BadSetting as setting:
    sys.exit(f"Not started. {setting}")  # one sentence: the chain below it is of no use to an operator
gc.freeze()  # nor is it looked through later, while pages are made
gc.enable()

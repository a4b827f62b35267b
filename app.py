"""The WSGI entry point: gunicorn `app:app`, or any `flask` command."""

import sys

from fieldtickets import create_app
from fieldtickets.config import BadSetting

try:
    app = create_app()
except BadSetting as setting:
    sys.exit(f"Not started. {setting}")  # one sentence: the chain below it is of no use to an operator

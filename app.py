"""The WSGI entry point: gunicorn `app:app`, or any `flask` command."""

from fieldtickets import create_app

app = create_app()

"""The schema of a test database, made by the migrations themselves."""

from fieldtickets.store.migrate import upgrade


def create_schema(url: str) -> None:
    """Bring an empty database to the newest revision."""
    upgrade(url)

"""The help centre: short answers for companies, customers and managers, before anybody has to ask (S056)."""

from flask import Flask

from fieldtickets.web.guides import views


def install(app: Flask) -> None:
    """Register the pages for those without a link; the others read them below their own."""
    app.register_blueprint(views.bp)

"""What a web process carries: pages, and nothing that only the worker or a page in a thousand needs."""

import subprocess
import sys

OF_THE_WORKER = {"huey", "redis", "requests", "icalendar", "xlsxwriter", "weasyprint", "PIL", "alembic"}
OF_PROGRAMS = {"pydantic", "spectree"}  # read with the first request to the API
OF_RARE_PAGES = {"limits", "phonenumbers"}  # with the first sign-in, the first number


def test_a_web_process_starts_without_what_only_the_worker_or_programs_need(tmp_path):
    """U08"""
    environment = {
        "FIELDTICKETS_ENV": "development",
        "FIELDTICKETS_SECRET_KEYS": "0123456789" * 4,
        "FIELDTICKETS_DATABASE_URL": f"sqlite:///{tmp_path}/fieldtickets.db",
        "FIELDTICKETS_QUEUE_URL": f"sqlite:{tmp_path}/jobs.db",
        "FIELDTICKETS_STORAGE_URL": f"file:{tmp_path}/files",
    }
    asked = (
        f"import sys, app; print(sorted({OF_THE_WORKER | OF_PROGRAMS | OF_RARE_PAGES} & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", asked], capture_output=True, check=True, env=environment)

    assert answer.stdout == b"[]\n"

"""The service starts with settings that make sense, or says which one does not: L13, S08, S09, N07, M15."""

from dataclasses import FrozenInstanceError
from datetime import UTC, datetime

import pytest

from fieldtickets.config import BadSetting, Settings

NEW_KEY, OLD_KEY = "aV3ry-R4ndom.K3y_0f-th1s-y3ar-2026", "an0ther-R4ndom.K3y_0f-last-y3ar-25"


def settings(**given: str) -> Settings:
    """Settings of a development machine, with what the test changes."""
    own = {"ENV": "development", "SECRET_KEYS": NEW_KEY, **given}
    return Settings.from_env({f"FIELDTICKETS_{name}": value for name, value in own.items()})


def in_production(**given: str) -> Settings:
    """Settings that a production server accepts, with what the test changes."""
    own = {
        "ENV": "production",
        "BASE_URL": "https://tickets.lavigne.fr",
        "DATABASE_URL": "postgresql://tickets:Zq8-rW2n@db/tickets",
        "SMTP_URL": "smtp://tickets:Hq3-xT7v@mail.lavigne.fr:587?starttls=1",
        "SMS_URL": "https+json://sms.lavigne.fr/send?token=Kp5-mC9d",
    }
    return settings(**{**own, **given})


def test_a_development_machine_needs_a_key_and_nothing_else():
    read = settings()

    assert read == Settings(secret_keys=(NEW_KEY,), env="development")
    assert read.base_url == "http://localhost:8000"
    assert read.database_url == "sqlite:///var/fieldtickets.db"
    assert read.max_upload_bytes == 25_000_000


def test_settings_never_change_once_read():
    with pytest.raises(FrozenInstanceError):
        settings().env = "test"  # type: ignore[misc]


def test_the_demo_sends_nothing_to_anyone():
    read = settings(ENV="demo")

    assert (read.smtp_url, read.sms_url) == ("demo:", "demo:")


def test_every_setting_also_comes_from_a_file(tmp_path):
    for name, value in (("keys", f"{NEW_KEY},{OLD_KEY}\n"), ("gateway", "twilio://AC1:t0ken@+33757000000\n")):
        (tmp_path / name).write_text(value)

    read = Settings.from_env(
        {
            "FIELDTICKETS_ENV": "test",
            "FIELDTICKETS_SECRET_KEYS_FILE": str(tmp_path / "keys"),
            "FIELDTICKETS_SMS_URL_FILE": str(tmp_path / "gateway"),
        }
    )

    assert read.secret_keys == (NEW_KEY, OLD_KEY)
    assert read.sms_url == "twilio://AC1:t0ken@+33757000000"


def test_a_file_that_is_not_there_stops_the_start_by_its_name(tmp_path):
    with pytest.raises(BadSetting, match="^FIELDTICKETS_INBOUND_TOKEN_FILE: this file cannot be read$"):
        settings(INBOUND_TOKEN_FILE=str(tmp_path / "nothing"))


def test_a_setting_given_twice_stops_the_start(tmp_path):
    with pytest.raises(BadSetting, match="^FIELDTICKETS_MAIL_FROM: given twice"):
        settings(MAIL_FROM="a@lavigne.fr", MAIL_FROM_FILE=str(tmp_path / "from"))


def test_a_blank_setting_is_an_absent_one():
    assert settings(QUEUE_URL="", SMTP_URL=" ") == settings()


def test_a_misspelt_setting_stops_the_start():
    with pytest.raises(BadSetting, match="^FIELDTICKETS_BASE_ULR: no such setting$"):
        settings(BASE_ULR="https://tickets.lavigne.fr")


def test_names_for_the_tests_and_of_other_programs_are_left_alone():
    assert Settings.from_env(
        {
            "FIELDTICKETS_ENV": "development",
            "FIELDTICKETS_SECRET_KEYS": NEW_KEY,
            "FIELDTICKETS_TEST_POSTGRES": "x",
            "PATH": "y",
        }
    )


@pytest.mark.parametrize(
    "bad_keys",
    ["", " ", "short", f"{NEW_KEY},", f",{NEW_KEY}", f"{NEW_KEY},short", "x" * 31, f"{NEW_KEY},{NEW_KEY}"],
)
def test_the_service_does_not_start_without_good_keys(bad_keys):
    """L13"""
    with pytest.raises(BadSetting) as stopped:
        settings(SECRET_KEYS=bad_keys)

    assert stopped.value.name == "FIELDTICKETS_SECRET_KEYS"


def test_the_newest_key_stands_first():
    """L13"""
    assert settings(SECRET_KEYS=f"{NEW_KEY}, {OLD_KEY}").secret_keys == (NEW_KEY, OLD_KEY)


UNUSABLE = {
    "ENV": "prod",
    "BASE_URL": "tickets.lavigne.fr",
    "DATABASE_URL": "mysql://root:canary@db/x",
    "QUEUE_URL": "amqp://canary@queue",
    "STORAGE_URL": "ftp://canary@files",
    "SMTP_URL": "mail.lavigne.fr:canary",
    "MAIL_FROM": "Lavigne <canary>",
    "SMS_URL": "https://sms.lavigne.fr/?token=canary",
    "INBOUND_TOKEN": "canary with spaces",
    "METRICS_TOKEN": "canary\nX-Evil: 1",
    "PHONE_COUNTRIES": "FR,canary",
    "TRUSTED_PROXIES": "-1",
    "MAX_UPLOAD_MB": "canary",
    "CLOCK": "2026-03-02T10:00:00",
}


@pytest.mark.parametrize("name", UNUSABLE)
def test_an_unusable_value_is_named_by_its_setting_and_never_repeated(name):
    """L13 N07"""
    with pytest.raises(BadSetting) as stopped:
        settings(**{"ENV": "test", name: UNUSABLE[name]})

    assert str(stopped.value).startswith(f"FIELDTICKETS_{name}: ")
    assert "canary" not in str(stopped.value)
    assert stopped.value.__suppress_context__


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BASE_URL", "https://tickets.lavigne.fr:99999"),
        ("BASE_URL", "https://tickets.lavigne.fr/path"),
        ("BASE_URL", "https://nadia:pw@tickets.lavigne.fr"),
        ("SMTP_URL", "smtp://tickets:pa[ss@mail:25"),
        ("SMTP_URL", "smtp://:25"),
        ("SMS_URL", "twilio://AC1@+33757000000"),
        ("TRUSTED_PROXIES", "11"),
        ("TRUSTED_PROXIES", "²"),
        ("MAX_UPLOAD_MB", "0"),
        ("MAX_UPLOAD_MB", "25.5"),
        ("MAIL_FROM", "a@lavigne.fr\nBcc: igor@example.org"),
        ("CLOCK", "yesterday"),
    ],
)
def test_values_at_the_edge_are_refused(name, value):
    with pytest.raises(BadSetting, match=f"^FIELDTICKETS_{name}: "):
        settings(**{"ENV": "test", name: value})


def test_a_base_url_loses_its_last_slash():
    assert settings(BASE_URL="http://10.0.0.5:8000/").base_url == "http://10.0.0.5:8000"


def test_production_has_https_links_only():
    """S08"""
    with pytest.raises(BadSetting, match="^FIELDTICKETS_BASE_URL: must begin with https://"):
        in_production(BASE_URL="http://tickets.lavigne.fr")

    assert in_production().base_url == "https://tickets.lavigne.fr"


def test_production_may_be_tried_on_its_own_machine_without_https():
    """S08"""
    assert in_production(BASE_URL="http://127.0.0.1:8000").base_url == "http://127.0.0.1:8000"


def test_production_is_the_environment_when_none_is_named():
    """S09"""
    with pytest.raises(BadSetting, match="^FIELDTICKETS_SMTP_URL: missing"):
        Settings.from_env({"FIELDTICKETS_SECRET_KEYS": NEW_KEY})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEYS", "change-me-change-me-change-me-change-me"),
        ("SECRET_KEYS", "x" * 40),
        ("SECRET_KEYS", f"{NEW_KEY},example-key-example-key-example-key"),
        ("INBOUND_TOKEN", "changeme"),
        ("METRICS_TOKEN", "secret"),
        ("DATABASE_URL", "postgresql://tickets:password@db/tickets"),
        ("SMTP_URL", "smtp://tickets:secret@mail.lavigne.fr"),
        ("SMS_URL", "https+json://sms.lavigne.fr/send?token=example"),
        ("SMS_URL", "demo:"),
        ("SMTP_URL", "demo:"),
    ],
)
def test_production_refuses_what_was_copied_from_an_example(name, value):
    """S09"""
    with pytest.raises(BadSetting) as stopped:
        in_production(**{name: value})

    assert stopped.value.name == f"FIELDTICKETS_{name}"


@pytest.mark.parametrize("name", ["SMTP_URL", "SMS_URL"])
def test_production_does_not_start_without_its_senders(name):
    with pytest.raises(BadSetting, match=f"^FIELDTICKETS_{name}: missing"):
        in_production(**{name: ""})


def test_the_simulated_clock_is_for_tests_only():
    """S09"""
    at = "2026-03-02T10:00:00Z"

    assert settings(ENV="test", CLOCK=at).clock == datetime(2026, 3, 2, 10, tzinfo=UTC)
    for env in ("demo", "development", "production"):
        with pytest.raises(BadSetting, match="^FIELDTICKETS_CLOCK: only with"):
            settings(ENV=env, CLOCK=at)


def test_printing_the_settings_shows_no_secret():
    """N07"""
    read = in_production(
        SECRET_KEYS="k-canary-" * 5,
        DATABASE_URL="postgresql://tickets:p-canary@db/tickets",
        QUEUE_URL="redis://:p-canary@queue:6379/0",
        STORAGE_URL="s3://bucket/prefix?key=canary",
        SMTP_URL="smtp://tickets:p-canary@mail.lavigne.fr",
        SMS_URL="https+json://sms.lavigne.fr/send?token=t-canary",
        INBOUND_TOKEN="t-canary",
        METRICS_TOKEN="t-canary",
    )

    assert "canary" not in repr(read)
    assert "canary" not in str(read)
    assert sum("canary" in (secret or "") for _, secret in read.secrets()) == 7


def test_the_countries_whose_phones_are_written_to_can_be_chosen():
    """M15"""
    assert settings(PHONE_COUNTRIES="fr, be").phone_countries == ("FR", "BE")
    assert "CH" in settings().phone_countries

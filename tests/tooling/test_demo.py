"""`make demo`: settings of its own, a key of its own, and a folder that is whole or not there."""

import socket
import subprocess

import pytest

from fieldtickets.config import Settings
from tools import demo


@pytest.fixture
def var(tmp_path, monkeypatch):
    """The demo's folders, elsewhere; where it loads and what takes over is noted instead of done."""
    for name, path in (("FOLDER", "demo"), ("IN_THE_MAKING", "demo.new"), ("KEYS", "keys")):
        monkeypatch.setattr(demo, name, tmp_path / path)
    monkeypatch.setattr(demo, "is_taken", lambda host, port: False)
    monkeypatch.setattr(demo.os, "execve", lambda *words: None)
    monkeypatch.setattr(demo.os, "chdir", lambda folder: None)
    return tmp_path


def test_its_settings_are_complete_and_those_of_another_installation_are_left_out(var, monkeypatch):
    """`make demo` of docs/interface.md"""
    monkeypatch.setenv("FIELDTICKETS_ENV", "production")
    monkeypatch.setenv("FIELDTICKETS_SMS_URL", "twilio://sid:token@33600000000")
    demo.make_keys()

    settings = Settings.from_env(demo.environment(demo.FOLDER, "8001"))

    assert (settings.env, settings.sms_url, settings.smtp_url) == ("demo", "demo:", "demo:")
    assert settings.base_url == "http://localhost:8001"
    assert settings.database_url == f"sqlite:///{var}/demo/fieldtickets.db"


def test_its_key_is_made_once_and_for_its_owner_alone(var):
    """`make demo` of docs/interface.md"""
    demo.make_keys()
    key = demo.KEYS.read_text()
    demo.make_keys()

    assert demo.KEYS.read_text() == key
    assert demo.KEYS.stat().st_mode & 0o077 == 0


def test_a_load_that_was_interrupted_is_made_again_and_a_whole_one_is_kept(var, monkeypatch):
    """`make demo` of docs/interface.md"""
    loaded = []

    def load(folder, port):
        loaded.append(folder.name)
        (folder / "fieldtickets.db").write_text("whole" if len(loaded) > 1 else "half")
        if len(loaded) == 1:
            raise subprocess.CalledProcessError(1, "flask demo load")

    monkeypatch.setattr(demo, "load", load)
    with pytest.raises(SystemExit):
        demo.main()
    assert not demo.FOLDER.exists()

    demo.main()
    demo.main()

    assert loaded == ["demo.new", "demo.new", "demo"]
    assert (demo.FOLDER / "fieldtickets.db").read_text() == "whole"


def test_a_port_that_is_taken_is_seen_before_anything_is_made():
    """`make demo` of docs/interface.md"""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        assert demo.is_taken("127.0.0.1", port)
    assert not demo.is_taken("127.0.0.1", port)

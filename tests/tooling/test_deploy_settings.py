"""What `deploy/` asks of the service, the service has: settings, commands, addresses, limits, patience.

The programs that read these files are not needed for it.
"""

import re
import shlex
from itertools import chain
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from fieldtickets.cli import worker
from fieldtickets.config import PREFIX, BadSetting, Settings
from tests.conftest import sqlite_copy

DEPLOY = Path(__file__).parents[2] / "deploy"
UNITS = ("fieldtickets.service", "fieldtickets-worker@.service")
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
PODS = [
    manifest
    for name in ("service.yaml", "worker.yaml")
    for manifest in yaml.safe_load_all((DEPLOY / "kubernetes" / name).read_text())
]
DEPLOYMENTS = [manifest for manifest in PODS if manifest["kind"] == "Deployment"]
SECRET = "n8-Zk3vQ0uWJx5yR7bT2mC4dF6gH9jL1"  # as random as that of an operator who did as he was told
FIXED = {"change-me": SECRET, "example.com": "tickets.lavigne.fr", "…": "db.lavigne.fr/x"}
# as in the manual pages of systemd, which passes over any other with a line in its log
KEYS = {
    "Unit": {"After", "Description", "Wants"},
    "Service": {
        "Environment", "EnvironmentFile", "ExecStart", "ExecStartPre", "Group", "KillMode", "LimitCORE",
        "LoadCredential", "NoNewPrivileges", "PrivateDevices", "PrivateTmp", "ProtectControlGroups",
        "ProtectHome", "ProtectKernelModules", "ProtectKernelTunables", "ProtectSystem", "ReadWritePaths",
        "Restart", "RestartSec", "RestrictAddressFamilies", "RestrictSUIDSGID", "TimeoutStopSec", "Type",
        "UMask", "User", "WorkingDirectory",
    },
    "Install": {"WantedBy"},
}  # fmt: skip


@pytest.fixture
def database_url(sqlite_template, tmp_path):
    return sqlite_copy(sqlite_template, tmp_path)


def lines_of(path: str) -> dict[str, str]:
    """The settings of an environment file."""
    lines = (DEPLOY / path).read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def put_right(given: dict[str, str]) -> dict[str, str]:
    """The same settings, once an operator has replaced what is an example in them."""
    for example, own in FIXED.items():
        given = {name: value.replace(example, own) for name, value in given.items()}
    return given


def unit(name: str) -> dict[str, list[tuple[str, str]]]:
    """The sections of a unit; a key may stand there more than once."""
    sections: dict[str, list[tuple[str, str]]] = {}
    for line in (DEPLOY / "systemd" / name).read_text().splitlines():
        if line.startswith("["):
            sections[line.strip("[]")] = found = []
        elif line and not line.startswith("#"):
            key, value = line.split("=", 1)
            found.append((key, value))
    return sections


def seconds(text: str) -> int:
    return int(text.removesuffix("s"))


def test_the_example_starts_nothing_until_its_secrets_are_replaced():
    """L13"""
    given = lines_of("fieldtickets.env.example") | {f"{PREFIX}SECRET_KEYS": SECRET}

    with pytest.raises(BadSetting, match="holds an example"):
        Settings.from_env(given)

    assert Settings.from_env(put_right(given)).trusted_proxies == 1


def test_compose_gives_settings_that_the_service_takes():
    given = lines_of("fieldtickets.env.example") | COMPOSE["services"]["migrate"]["environment"]
    given = {name: value.replace("${DATABASE_PASSWORD}", SECRET) for name, value in given.items()}

    settings = Settings.from_env(put_right(given) | {f"{PREFIX}SECRET_KEYS": SECRET})

    assert "@database:" in settings.database_url
    assert settings.queue_url == "redis://queue:6379/0"
    assert {"database", "queue"} < set(COMPOSE["services"])


def test_kubernetes_gives_settings_that_the_service_takes():
    told = (DEPLOY / "kubernetes/kustomization.yaml").read_text()
    secret = dict(re.findall(r"--from-literal=(FIELDTICKETS_\w+)=(\S+)", told)) | {
        f"{PREFIX}SECRET_KEYS": SECRET
    }

    settings = Settings.from_env(put_right(lines_of("kubernetes/settings.env") | secret))

    assert settings.storage_url.startswith("s3://")
    assert settings.queue_url.startswith("redis://")


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_has_only_keys_that_systemd_knows(name):
    for section, keys in unit(name).items():
        assert {key for key, _value in keys} <= KEYS[section]


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_sets_only_what_the_service_reads(name):
    set_there = [value for key, value in unit(name)["Service"] if key == "Environment"]
    for one in chain.from_iterable(shlex.split(value) for value in set_there):
        setting, value = one.split("=", 1)
        assert setting in ("HOST", "PORT", f"{PREFIX}SECRET_KEYS_FILE")
        assert value
    credential = dict(unit(name)["Service"])["LoadCredential"].split(":")[0]
    assert f"%d/{credential}" in " ".join(set_there)


def commands() -> list[list[str]]:
    """Every command of ours that a file of deploy/ starts."""
    of_units = [v for name in UNITS for k, v in unit(name)["Service"] if k.startswith("ExecStart")]
    of_compose = [one["command"] for one in COMPOSE["services"].values() if "flask" in one.get("command", ())]
    templates = [one["spec"]["template"]["spec"] for one in DEPLOYMENTS]
    of_pods = [
        box["args"]
        for spec in templates
        for kind in ("initContainers", "containers")
        for box in spec.get(kind, ())
    ]
    return [line.split(" ")[1:] for line in of_units] + [one[1:] for one in (*of_compose, *of_pods)]


def test_every_command_that_is_started_exists(app):
    assert len(commands()) == 8
    for command in commands():
        found: Any = app.cli
        for word in command:
            found = found.get_command(click.Context(found), word)
            assert found is not None, command


def test_whoever_stops_the_service_waits_for_its_farewell():
    """D04"""
    waits = [seconds(dict(unit(name)["Service"])["TimeoutStopSec"]) for name in UNITS]
    waits += [one["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] for one in DEPLOYMENTS]
    waits.append(seconds(COMPOSE["services"]["service"]["stop_grace_period"]))

    assert len(waits) == 5
    assert min(waits) > worker.LONGEST_REQUEST_SECONDS > worker.LONGEST_FAREWELL_SECONDS


def test_a_form_that_the_service_takes_passes_every_proxy(app):
    """U02"""
    limits = [
        re.search(r"client_max_body_size (\d+)m;", (DEPLOY / "proxy/nginx.conf").read_text()),
        re.search(r"max_size (\d+)MB", (DEPLOY / "proxy/Caddyfile").read_text()),
        re.search(r"proxy-body-size: (\d+)m", (DEPLOY / "kubernetes/ingress.yaml").read_text()),
    ]
    for limit in limits:
        assert limit
        assert int(limit[1]) * 1_000_000 >= app.config["MAX_CONTENT_LENGTH"]


def test_probes_ask_addresses_that_are_there(app):
    """N08"""
    known = {rule.rule for rule in app.url_map.iter_rules()}
    boxes = [box for one in DEPLOYMENTS for box in one["spec"]["template"]["spec"]["containers"]]
    asked = {
        box[probe]["httpGet"]["path"]
        for box in boxes
        for probe in ("readinessProbe", "livenessProbe")
        if probe in box
    }
    asked |= set(re.findall(r"127\.0\.0\.1:8000(/\w+)", (DEPLOY / "Containerfile").read_text()))

    assert asked == {"/healthz", "/readyz"}
    assert asked <= known


def test_pods_are_found_by_what_selects_them_and_write_only_where_they_may():
    labels = [one["spec"]["template"]["metadata"]["labels"] for one in DEPLOYMENTS]
    for one in PODS:
        selector = one["spec"]["selector"]
        assert selector.get("matchLabels", selector) in labels
    for one in DEPLOYMENTS:
        spec = one["spec"]["template"]["spec"]
        places = {volume["name"] for volume in spec["volumes"]}
        for box in chain(spec.get("initContainers", ()), spec["containers"]):
            assert box["securityContext"]["readOnlyRootFilesystem"]
            assert {mount["name"] for mount in box["volumeMounts"]} <= places
            assert {mount["mountPath"] for mount in box["volumeMounts"]} == {"/srv/fieldtickets/var", "/tmp"}


def test_every_metric_of_an_alarm_is_told(app):
    """N08"""
    rules = yaml.safe_load((DEPLOY / "prometheus/alerts.yml").read_text())["groups"][0]["rules"]
    wanted = {name for rule in rules for name in re.findall(r"fieldtickets_\w+", rule["expr"])}
    app.test_client().get("/healthz")
    told = app.test_client().get("/metrics").text

    assert len(wanted) >= 5
    assert {name for name in wanted if f"\n{name}" not in told} == set()

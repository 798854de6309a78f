"""The files by which a server is set up speak of commands, settings and paths that there are."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from matcher.cli.app import app
from matcher.service.figures import JOB_STATES
from matcher_api.measuring import Meters
from matcher_api.settings import Settings

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "docs" / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
OF_THE_SYSTEM = {"PGPASSFILE", "TZ", "LANG"}


def told(unit: Path, key: str) -> str:
    (value,) = re.findall(rf"^{key}=(.*)$", unit.read_text(), re.MULTILINE)
    return str(value)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_starts_a_command_with_options_that_it_has(unit: Path) -> None:
    program, command, *options = shlex.split(told(unit, "ExecStart"))
    shown = CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "200"})

    assert program == "/opt/matcher/bin/matcher"
    assert shown.exit_code == 0
    names = [option for option in options if option.startswith("--")]
    assert names
    for name in names:
        assert name in shown.output


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_units_are_units(unit: Path, tmp_path: Path) -> None:
    """As systemd itself reads them."""
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("there is no systemd-analyze on this machine")
    copy = tmp_path / unit.name.replace("@", "@1")
    text = re.sub(r"^(ExecStart=)\S+", r"\1/bin/true", unit.read_text(), flags=re.MULTILINE)
    copy.write_text(re.sub(r"^(User|Group|EnvironmentFile)=.*\n", "", text, flags=re.MULTILINE))
    read = subprocess.run(
        [program, "verify", "--man=no", str(copy)], capture_output=True, text=True, check=False, timeout=60
    )
    assert unit.stem.split("@")[0] not in read.stderr, read.stderr


def test_every_setting_in_the_environment_file_exists() -> None:
    lines = [line for line in (DEPLOY / "matcher.env").read_text().splitlines() if line and not line.startswith("#")]
    names = {line.partition("=")[0] for line in lines}
    ours = {f"MATCHER_{name.upper()}" for name in Settings.model_fields}

    assert names - OF_THE_SYSTEM <= ours
    assert {"MATCHER_DATABASE", "MATCHER_PUBLIC_ADDRESS"} <= names


def test_the_image_is_built_from_files_that_exist_and_starts_the_service() -> None:
    text = (DEPLOY / "Containerfile").read_text()
    copied = [word for line in re.findall(r"^COPY (?!--from)(.*)$", text, re.MULTILINE) for word in line.split()[:-1]]

    assert copied
    assert [name for name in copied if not (ROOT / name).exists()] == []
    assert 'ENTRYPOINT ["matcher"]' in text
    assert "USER matcher" in text


def test_the_proxy_lets_through_what_the_service_does() -> None:
    """No smaller requests, no shorter answers; and what programs inside may read is not for everybody."""
    text = (DEPLOY / "nginx.conf").read_text()
    (size,) = re.findall(r"client_max_body_size (\d+)m;", text)
    seconds = [int(number) for number in re.findall(r"proxy_read_timeout (\d+)s;", text)]

    assert int(size) == Settings.model_fields["max_body_mb"].default
    assert min(seconds) > Settings.model_fields["solve_time_limit_s"].default
    assert re.search(r"location = /metrics \{\s*deny all;", text)


def test_alerts_ask_for_figures_that_there_are() -> None:
    """Each name in an expression is one of ours, with labels that it has, and every alert says what to do."""
    meters = Meters()
    families = [family.name for family in meters.registry.collect()]
    known = {*families, *(f"{name}_{ending}" for name in families for ending in ("total", "bucket"))}
    (group,) = yaml.safe_load((DEPLOY / "alerts.yml").read_text())["groups"]
    for rule in group["rules"]:
        named = set(re.findall(r"matcher_\w+", rule["expr"]))
        assert named <= known, named - known
        assert named or rule["expr"].startswith("up{")
        assert rule["annotations"]["summary"]
    states = {state for rule in group["rules"] for state in re.findall(r'state="(\w+)"', rule["expr"])}
    assert states <= set(JOB_STATES)


def test_a_server_runs_what_the_tests_have_run() -> None:
    """The same versions, from files with the same hashes."""

    def pinned(name: str) -> dict[str, str]:
        text = (ROOT / name).read_text()
        return {
            block.split("==")[0]: block for block in re.findall(r"^[\w.-]+==(?:.*\\\n)+.*--hash.*$", text, re.MULTILINE)
        }

    of_servers, of_tests = pinned("requirements-service.lock"), pinned("requirements-dev.lock")
    assert {"fastapi", "sqlalchemy", "psycopg", "ortools"} <= set(of_servers)
    assert [name for name, block in of_servers.items() if of_tests.get(name) != block] == []

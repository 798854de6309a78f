"""The command line as a whole: help, versions, usage, pipes, and how quickly it answers."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import matcher as package
from matcher.cli import entry
from tests.cli.conftest import Command
from tests.waits import PATIENCE_S, started

HEAVY = ("ortools", "numpy", "scipy", "sklearn", "babel", "jinja2", "lxml", "pydantic", "xlsxwriter")


def test_version_is_the_packages(matcher: Command) -> None:
    """--version names the version that is installed."""
    assert matcher("--version").out.strip() == f"matcher {package.__version__}"


def test_help_names_every_command_and_the_statuses(matcher: Command) -> None:
    """Whoever types --help finds every command and what the exit statuses mean."""
    done = matcher("--help")

    assert done.status == 0
    for name in ("demo", "generate", "import", "solve", "check", "explain", "diff", "alternatives", "export", "doctor"):
        assert f"\n  {name} " in done.out
    assert "6 check failed" in done.out


def test_no_command_shows_the_help(matcher: Command) -> None:
    """The bare name helps, and is no success."""
    done = matcher()

    assert done.status == 2
    assert "Usage: matcher" in done.out + done.err


def test_help_loads_no_heavy_library() -> None:
    """Help answers at once because nothing that solves, reads or draws is loaded for it."""
    code = (
        "import sys\nfrom matcher.cli import run\nassert run(['--help']) == 0\n"
        f"loaded = [name for name in {HEAVY} if name in sys.modules]\nassert not loaded, loaded"
    )

    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, timeout=60)


def test_a_solve_loads_nothing_of_scipy_but_its_matrices() -> None:
    """Its other parts take a quarter of the time in which the solver is loaded."""
    code = (
        "import sys\nimport matcher.cli.figures, matcher.solve\n"
        "loaded = {'scipy.optimize', 'scipy.special', 'scipy.stats', 'sklearn'} & set(sys.modules)\n"
        "assert not loaded, loaded"
    )

    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, timeout=60)


@pytest.mark.parametrize(
    "command", ["demo", "generate", "import", "solve", "check", "explain", "diff", "alternatives", "export"]
)
def test_each_command_has_help(matcher: Command, command: str) -> None:
    """Each command explains itself."""
    done = matcher(command, "--help")

    assert done.status == 0
    assert f"Usage: matcher {command}" in done.out


@pytest.mark.parametrize(
    "arguments",
    [
        ("solve",),
        ("solve", "city", "--out", "plan.json", "--colour"),
        ("solve", "city", "--out", "plan.json", "--gap", "-1"),
        ("solve", "city", "--out", "plan.json", "--threads", "none"),
        ("sovle",),
        ("generate", "--size", "huge", "--out", "city"),
    ],
)
def test_wrong_usage_is_said_and_has_its_status(matcher: Command, arguments: tuple[str, ...]) -> None:
    """A slip of the keyboard is answered with what is wrong, on standard error."""
    refused = matcher(*arguments)

    assert refused.status == 2
    assert refused.out == ""
    assert "Usage: matcher" in refused.err


def test_wrong_usage_is_a_document_for_programs(matcher: Command) -> None:
    """With --json even a missing argument comes as JSON."""
    refused = matcher("solve", "--json")

    assert refused.status == 2
    assert json.loads(refused.out)["error"]["kind"] == "usage"


def test_reader_that_leaves_is_no_error() -> None:
    """Piping into head ends quietly."""
    code = "from matcher.cli import main\nmain()"
    command = [sys.executable, "-c", code, "--help"]
    with started(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.close()
        process.stdout = None
        _, said = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 141
    assert said == ""


def test_module_runs_as_a_program() -> None:
    """``python -m matcher`` is the command."""
    done = subprocess.run([sys.executable, "-m", "matcher", "--version"], check=True, capture_output=True, timeout=60)

    assert done.stdout.decode().strip() == f"matcher {package.__version__}"


def test_main_leaves_with_the_status(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program's exit status is the command's."""
    monkeypatch.setattr(sys, "argv", ["matcher", "solve"])

    with pytest.raises(SystemExit) as left:
        entry.main()
    assert left.value.code == 2

"""Every command of the README is run, in its order, and what the README shows is what comes out."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.amounts import some
from tests.forked import Forked, Said

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(console|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PROMPT, CONTINUED = "$ ", "> "
SHELL_CHARACTERS = set("\n;|&<>$`*?()#~")  # what a shell reads otherwise than as a word
PROGRESS = re.compile(r" *\d+ s  ")  # which a slow machine says beside the result, and a quick one does not


class Step(NamedTuple):
    """A command and the lines that the README shows under it."""

    command: str
    shown: tuple[str, ...]


def steps() -> Iterator[Step]:
    """Yield every command of the page; a Python block is a command that runs it."""
    for kind, text in BLOCK.findall(README):
        if kind == "python":
            yield Step(f"python - <<'END'\n{text}END\n", ())
        else:
            yield from _steps_of(text)


def _steps_of(text: str) -> Iterator[Step]:
    for part in re.split(rf"^{re.escape(PROMPT)}", text, flags=re.MULTILINE)[1:]:
        first, *rest = part.rstrip("\n").split("\n")
        num_continued = next((n for n, line in enumerate(rest) if not line.startswith(CONTINUED)), len(rest))
        continued = [line.removeprefix(CONTINUED) for line in rest[:num_continued]]
        yield Step("\n".join([first, *continued]) + "\n", tuple(rest[num_continued:]))


def unmatched(shown: tuple[str, ...], output: str) -> str | None:
    """Return the first shown line that does not come out where it should; ``...`` stands for anything.

    Lines follow one another as shown, blank ones aside, unless a line ``...`` stands between them.
    """
    lines = [" ".join(line.split()) for line in output.splitlines() if line.strip() and not PROGRESS.match(line)]
    position, is_free = 0, False
    for line in shown:
        if line.strip() == "...":
            is_free = True
            continue
        pattern = re.compile(re.escape(" ".join(line.split())).replace(r"\.\.\.", ".*"))
        last = len(lines) if is_free else position + 1
        found = next((n for n in range(position, last) if n < len(lines) and pattern.fullmatch(lines[n])), None)
        if found is None:
            return line
        position, is_free = found + 1, False
    if not is_free and shown and position < len(lines):
        return f"(nothing more), got {lines[position]}"
    return None


def environment() -> dict[str, str]:
    """Return the environment of the commands."""
    programs = Path(sys.executable).parent
    return os.environ | {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "LC_ALL": "C.UTF-8",
        "LANG": "C.UTF-8",
        "COLUMNS": "120",
    }


def run(step: Step, folder: Path, forked: Forked | None) -> Said:
    """Run a command: one of `matcher` alone in a fork that has loaded it already, where there is one, or a shell's."""
    if forked is not None and step.command.startswith("matcher ") and not SHELL_CHARACTERS & set(step.command.strip()):
        return forked.run(shlex.split(step.command)[1:], folder)
    done = subprocess.run(
        ["/bin/sh", "-c", step.command],
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=600,
    )
    return Said(done.returncode, done.stdout)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a folder with what the tour takes from the repository."""
    shutil.copytree(ROOT / "tests" / "golden", tmp_path / "tests" / "golden")
    return tmp_path


@pytest.mark.slow
def test_the_tour_goes_as_the_readme_says(checkout: Path) -> None:
    """A newcomer who types every line of the README sees what it shows, and nothing fails.

    The first two commands and those of a shell start the program itself; in `make test-long` every command does.
    """
    num_started = some(2, of=10**6)
    with Forked(environment()) if hasattr(os, "fork") else nullcontext() as forked:
        for step in steps():
            is_started, num_started = num_started > 0, num_started - step.command.startswith("matcher ")
            done = run(step, checkout, None if is_started else forked)
            assert done.status == 0, f"{step.command}\n{done.output}"
            missing = unmatched(step.shown, done.output)
            assert missing is None, f"{step.command}\nshows: {missing}\n\n{done.output}"


def test_the_readme_has_a_tour() -> None:
    """The commands are found at all: a page whose blocks nobody recognises would pass every other test."""
    commands = [step.command for step in steps()]

    assert len(commands) > 20
    assert {command.split()[1] for command in commands if command.startswith("matcher ")} >= {
        "check",
        "demo",
        "diff",
        "explain",
        "export",
        "import",
        "solve",
    }


def test_every_link_of_the_readme_leads_somewhere() -> None:
    """A page or a picture that the README names is there."""
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", README):
        assert (ROOT / target).exists(), target


@pytest.mark.parametrize("page", ["architecture.md", "extending.md"])
def test_every_file_that_a_page_names_is_there(page: str) -> None:
    """Who is sent to a file finds it: by its path in the repository or in the package, or by its name alone."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    named = set(re.findall(r"`([\w/]+\.(?:py|po|md|toml))`", text))
    places = (ROOT, ROOT / "src" / "matcher", ROOT / "api")
    missing = {
        name
        for name in named
        if not any((place / name).exists() for place in places) and ("/" in name or not any((ROOT / "src").rglob(name)))
    }

    assert len(named) > 15
    assert missing == set()


@pytest.mark.parametrize(
    ("shown", "output", "expected"),
    [
        (("a ... c",), "a b c\n", None),
        (("a",), "a\nb\n", "(nothing more), got b"),
        (("a", "..."), "a\nb\n", None),
        (("a", "c"), "a\nb\nc\n", "c"),
        (("a", "...", "c"), "a\nb\nc\n", None),
        (("a   b",), "a b\n", None),
        ((), "whatever\n", None),
    ],
)
def test_what_is_shown_is_compared_line_by_line(shown: tuple[str, ...], output: str, expected: str | None) -> None:
    """Without dots nothing may be left out, and with them only what they stand for."""
    assert unmatched(shown, output) == expected

"""The package as it is installed."""

import tomllib
from pathlib import Path

import matcher


def test_version_equals_the_projects() -> None:
    """The version a program can ask for is the one that pyproject.toml publishes."""
    pyproject = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))

    assert matcher.__version__ == pyproject["project"]["version"]

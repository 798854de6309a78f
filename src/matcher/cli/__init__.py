"""The command line: solve, check, explain and export from a terminal or a script; one file per command."""

from matcher.cli.entry import main, run

__all__ = ["main", "run"]

"""The names that the package promises, and what importing it costs."""

from __future__ import annotations

import subprocess
import sys
from types import ModuleType

import pytest

import matcher


def test_public_names_are_sorted_and_few() -> None:
    """The list can be read in one glance, in the order in which one looks for a name."""
    assert matcher.__all__ == sorted(set(matcher.__all__))
    assert len(matcher.__all__) <= 30


@pytest.mark.parametrize("name", matcher.__all__)
def test_every_public_name_is_there(name: str) -> None:
    """Each name can be had from the package, is listed by dir(), and says what it is for."""
    value = getattr(matcher, name)

    assert name in dir(matcher)
    if name != "__version__":
        assert value.__doc__


def test_functions_named_like_their_package_are_in_it() -> None:
    """`matcher.solve` and `matcher.generate` are packages whatever was imported before, with their function inside."""
    for package in (matcher.solve, matcher.generate):
        assert isinstance(package, ModuleType)
    assert callable(matcher.solve.solve)
    assert callable(matcher.generate.generate)


def test_every_error_is_public() -> None:
    """Whoever catches an error of ours finds its class among the public names."""
    tree, classes = [matcher.MatcherError], set()
    while tree:
        found = tree.pop()
        classes.add(found.__name__)
        tree += found.__subclasses__()
    public = {error for error in classes if error in vars(sys.modules["matcher.errors"])}

    assert public <= set(matcher.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    """A name that is not there is not there, as with any module."""
    with pytest.raises(AttributeError, match="no attribute 'solver_of_everything'"):
        _ = matcher.solver_of_everything


def test_importing_the_package_loads_no_library() -> None:
    """`import matcher` loads neither a solver nor arrays nor anything else that takes time."""
    code = "import sys, matcher; print(*sorted(name.partition('.')[0] for name in sys.modules))"
    loaded = set(
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    )

    assert "matcher" in loaded
    assert loaded.isdisjoint({"ortools", "numpy", "scipy", "sklearn", "pydantic", "typer", "rich", "babel", "lxml"})

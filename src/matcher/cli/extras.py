"""What an installation lacks, and which of Matcher's extras brings it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version

from matcher.cli.errors import CommandError

EVERYTHING = "service,postgres,dask"
_REQUIREMENT = re.compile(r"([A-Za-z0-9._-]+).*;.*extra == ['\"]([a-z]+)['\"]")
# Packages whose modules are not called as they are.
_PACKAGES = {"argon2": "argon2-cffi", "multipart": "python-multipart"}


def require_extra(extra: str) -> None:
    """Raise where packages of an extra are not installed, before a command does half of what it was asked."""
    missing = sorted(package for package, of in _packages() if of == extra and not _is_installed(package))
    if missing:
        raise missing_packages(missing, extra)


def missing_module(module: str) -> CommandError:
    """Return what to say where a module is not there that a command has loaded."""
    top = module.partition(".")[0]
    package = _PACKAGES.get(top, top.replace("_", "-"))
    return missing_packages([package], dict(_packages()).get(package, EVERYTHING))


def missing_packages(packages: list[str], extra: str) -> CommandError:
    """Return what to say where packages of an extra are not there."""
    names = f"{', '.join(packages[:-1])} and {packages[-1]} are" if len(packages) > 1 else f"{packages[0]} is"
    sentence = f"This needs more to be installed ({names} missing). Install it with: pip install 'matcher[{extra}]'"
    return CommandError(sentence, code="extra_missing")


def _packages() -> Iterator[tuple[str, str]]:
    """Yield the packages that extras bring, each with its extra, as this installation has noted them."""
    try:
        requirements = requires("matcher") or []
    except PackageNotFoundError:  # run from its sources
        return
    for requirement in requirements:
        found = _REQUIREMENT.match(requirement)
        if found is not None:
            yield found[1].partition("[")[0].lower().replace("_", "-"), found[2]


def _is_installed(package: str) -> bool:
    try:
        return bool(version(package))
    except PackageNotFoundError:
        return False

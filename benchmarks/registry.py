"""All instances by name: every module in benchmarks/instances says `INSTANCES`, and a new one is found by itself."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterable
from importlib import import_module

import benchmarks.instances
from benchmarks.instance import Instance


def all_instances() -> dict[str, Instance]:
    """Return every instance, small ones of a family before large ones, by name."""
    found: dict[str, Instance] = {}
    for module in sorted(pkgutil.iter_modules(benchmarks.instances.__path__), key=lambda entry: entry.name):
        for instance in import_module(f"benchmarks.instances.{module.name}").INSTANCES:
            if instance.name in found:
                raise ValueError(f"Two instances are called {instance.name!r}. Rename one of them.")
            found[instance.name] = instance
    return found


def chosen_instances(names: Iterable[str]) -> list[Instance]:
    """Return the instances of these names, or all of them where no name is given."""
    known, wanted = all_instances(), list(names)
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise ValueError(f"Instance {unknown[0]!r} must be one of {', '.join(known)}. Choose one of these.")
    return [known[name] for name in wanted] if wanted else list(known.values())

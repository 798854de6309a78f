"""The bill of materials names what the lock pins, each once, and is the same for the same lock."""

from __future__ import annotations

import json

from tests.sbom import LOCK, components, document


def test_every_pinned_package_is_named_once() -> None:
    """With its version and address, and with its licence where it is installed here."""
    lock = LOCK.read_text(encoding="utf-8")
    parts = components(lock)
    pinned = [line for line in lock.splitlines() if line[:1].isalnum()]
    assert len(parts) == len(pinned) == len({part["purl"] for part in parts})
    names = {part["name"] for part in parts}
    assert {"fastapi", "ortools", "sqlalchemy", "argon2-cffi"} <= names
    assert [part["name"] for part in parts if part["name"] in ("fastapi", "ortools") and "licenses" not in part] == []


def test_the_same_lock_makes_the_same_document() -> None:
    """Nothing of the day or the machine is in it; another lock has another number."""
    made = document("a-b==1.0 \\\n    --hash=sha256:00\nC_d==2 ; sys_platform == 'win32' \\\n")
    assert json.dumps(made) == json.dumps(
        document("a-b==1.0 \\\n    --hash=sha256:00\nC_d==2 ; sys_platform == 'win32' \\\n")
    )
    assert [part["purl"] for part in made["components"]] == ["pkg:pypi/a-b@1.0", "pkg:pypi/c-d@2"]
    assert made["components"][1]["properties"] == [{"name": "python:marker", "value": "sys_platform == 'win32'"}]
    assert made["serialNumber"] != document("a-b==1.1")["serialNumber"]

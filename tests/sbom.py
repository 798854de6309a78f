"""``make sbom``: what a server installs, as a CycloneDX document made from its lock, with licences."""

from __future__ import annotations

import json
import re
import sys
import uuid
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

from matcher import __version__

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements-service.lock"
PINNED = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^ ;\\]+)(?: *; *(?P<marker>[^\\]+))?", re.MULTILINE)
OWN = "pkg:pypi/matcher@" + __version__
# So that the same lock makes the same document.
NAMESPACE = uuid.UUID("8e2f6f0c-6f0e-5c0a-9d0f-3f5e0a6b7c11")


def components(lock: str) -> list[dict[str, Any]]:
    """Return what a lock pins, in its order."""
    found = []
    for pinned in PINNED.finditer(lock):
        name = re.sub(r"[-_.]+", "-", pinned["name"]).lower()
        address = f"pkg:pypi/{name}@{pinned['version']}"
        made: dict[str, Any] = {
            "type": "library",
            "bom-ref": address,
            "name": name,
            "version": pinned["version"],
            "purl": address,
        }
        if licence := _licence(name):
            made["licenses"] = [{"license": {"name": licence}}]
        if pinned["marker"]:
            made["properties"] = [{"name": "python:marker", "value": pinned["marker"].strip()}]
        found.append(made)
    return found


def document(lock: str) -> dict[str, Any]:
    """Return the bill of materials of a lock (CycloneDX 1.6)."""
    parts = components(lock)
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(NAMESPACE, lock)}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": OWN,
                "name": "matcher",
                "version": __version__,
                "purl": OWN,
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            }
        },
        "components": parts,
        "dependencies": [{"ref": OWN, "dependsOn": [part["bom-ref"] for part in parts]}],
    }


def _licence(name: str) -> str | None:
    """Return the licence that an installed package names; nothing of one that this system does not install."""
    try:
        told = metadata(name)
    except PackageNotFoundError:
        return None
    named = told.get("License-Expression") or told.get("License") or ""
    classified = [line.rpartition("::")[2].strip() for line in told.get_all("Classifier") or () if "License ::" in line]
    return (named if 0 < len(named) < 80 and "\n" not in named else ", ".join(classified)) or None


if __name__ == "__main__":
    json.dump(document(LOCK.read_text(encoding="utf-8")), sys.stdout, indent=1)
    sys.stdout.write("\n")

"""Which modules the fuzzer watches for each target: those that read what comes from outside."""

from __future__ import annotations

_SOURCES = ("matcher.sources",)
_FORMATS = ("matcher.formats", "matcher.problem")
WATCHED = {
    "ocds": _SOURCES,
    "eforms": _SOURCES,
    "ted": _SOURCES,
    "jobtech-ads": _SOURCES,
    "jobtech-taxonomy": _SOURCES,
    "workbook": _FORMATS,
    "table": _FORMATS,
    "document": (*_FORMATS, "matcher.plan"),
}


def is_watched(module: str, target: str) -> bool:
    """Tell whether the fuzzer of a target is guided by what it reaches in a module."""
    return any(module == package or module.startswith(f"{package}.") for package in WATCHED[target])

"""What the fuzzer begins with is sound, and what it looks for would be noticed."""

from __future__ import annotations

import pytest

from matcher.errors import InvalidInput
from matcher.sources import ImportReport
from tests.fuzzing import targets
from tests.fuzzing.targets import TARGETS, Unforeseen, seeds


@pytest.mark.parametrize("name", TARGETS)
def test_each_target_takes_its_seeds_and_their_halves(name: str) -> None:
    """Sound files, the same cut in the middle, and nothing at all."""
    for content in seeds(name):
        for given in (content, content[: len(content) // 2], b""):
            TARGETS[name](given)


def test_what_was_not_foreseen_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """By its line in the report, by a fault without a reason, and by any other exception."""
    real = targets.import_files

    def careless(*given: object) -> ImportReport:
        report = real(*given)  # type: ignore[arg-type]
        for skipped in report.skipped:
            object.__setattr__(skipped, "code", "unforeseen")
        return report

    monkeypatch.setattr(targets, "import_files", careless)
    with pytest.raises(Unforeseen):
        TARGETS["eforms"](b"<a>")

    def silent(*_: object) -> None:
        raise InvalidInput([])

    monkeypatch.setattr(targets, "read_problem", silent)
    with pytest.raises(Unforeseen, match="without a reason"):
        TARGETS["workbook"](b"")

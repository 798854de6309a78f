"""The file of assumptions: defaults where nothing is said, and every fault at once."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from matcher.errors import InvalidInput
from matcher.whatif.assumptions import Assumptions, read_assumptions


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "assumptions.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_what_is_left_out_keeps_its_default(tmp_path: Path) -> None:
    """Numbers are read exactly, as written."""
    read = read_assumptions(written(tmp_path, "no_show = 0.1\nlate_weeks = 4\n"))

    assert read == Assumptions(no_show=Decimal("0.1"), late_weeks=4)
    assert read_assumptions(written(tmp_path, "")) == Assumptions()


def test_all_faults_are_told_together(tmp_path: Path) -> None:
    """Unknown keys and values of the wrong kind, each with what to do."""
    with pytest.raises(InvalidInput) as caught:
        read_assumptions(written(tmp_path, 'no_shows = 0.1\nrefusal = "often"\nlate = true\nlate_weeks = 1.5\n'))

    assert [(fault.code, fault.field) for fault in caught.value.faults] == [
        ("wrong_type", "late"),
        ("wrong_type", "late_weeks"),
        ("unknown_key", "no_shows"),
        ("wrong_type", "refusal"),
    ]
    assert "Write the number without quotes." in str(caught.value)


@pytest.mark.parametrize(
    ("text", "field"), [("no_show = 1.01", "no_show"), ("late = -0.1", "late"), ("late_weeks = 0", "late_weeks")]
)
def test_values_keep_to_their_range(tmp_path: Path, text: str, field: str) -> None:
    """A chance lies between 0 and 1, and a delay is at least a week."""
    path = written(tmp_path, text)
    with pytest.raises(InvalidInput) as caught:
        read_assumptions(path)

    (fault,) = caught.value.faults
    assert (fault.code, fault.field, fault.file) == ("out_of_range", field, str(path))


def test_a_file_that_is_none_is_said_to_be_none(tmp_path: Path) -> None:
    """Neither a missing file nor one that is no TOML ends in a trace."""
    for path, code in ((tmp_path / "none.toml", "unreadable_file"), (written(tmp_path, "no_show = "), "bad_toml")):
        with pytest.raises(InvalidInput) as caught:
            read_assumptions(path)
        assert [fault.code for fault in caught.value.faults] == [code]

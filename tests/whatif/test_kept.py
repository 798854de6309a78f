"""What was computed once is found again, only where it is unspoilt, and long studies say how far they are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from matcher.engine import Threads
from matcher.whatif.kept import Kept, StudyProgress, content_key, mapped

calls: list[int] = []


def doubled(number: int) -> dict[str, int]:
    """Return twice the number, and remember that it was asked for."""
    calls.append(number)
    if number < 0:
        raise ValueError("killed")
    return {"value": 2 * number}


@pytest.fixture(autouse=True)
def _forget() -> None:
    calls.clear()


def keys_of(numbers: list[int]) -> list[str]:
    return [content_key("doubled", number) for number in numbers]


def test_nothing_is_computed_twice(tmp_path: Path) -> None:
    """Neither within a study nor in the next one with the same folder."""
    numbers = [1, 2, 1]

    first = mapped(doubled, numbers, keys_of(numbers), engine=Threads(1), kept=Kept(tmp_path / "kept"))
    again = mapped(doubled, [2, 3], keys_of([2, 3]), engine=Threads(1), kept=Kept(tmp_path / "kept"))

    assert first == [{"value": 2}, {"value": 4}, {"value": 2}]
    assert again == [{"value": 4}, {"value": 6}]
    assert calls == [1, 2, 3]


def test_a_killed_study_goes_on_where_it_was(tmp_path: Path) -> None:
    """Every piece is kept as soon as it is done."""
    kept = Kept(tmp_path)
    with pytest.raises(ValueError, match="killed"):
        mapped(doubled, [1, 2, -1], keys_of([1, 2, -1]), engine=Threads(1), kept=kept)
    calls.clear()

    assert mapped(doubled, [1, 2, 3], keys_of([1, 2, 3]), engine=Threads(1), kept=kept)[1] == {"value": 4}
    assert calls == [3]


@pytest.mark.parametrize("spoil", ["value", "key", "sha256", "text"])
def test_what_was_spoilt_is_computed_again(tmp_path: Path, spoil: str) -> None:
    """A result whose hash is not that of its content is none."""
    kept, (key,) = Kept(tmp_path), keys_of([5])
    kept.put(key, {"value": 10})
    (path,) = tmp_path.rglob("*.json")
    document = json.loads(path.read_text(encoding="utf-8"))
    if spoil == "value":
        document["result"]["value"] = 11
    else:
        document[spoil] = "0" * 64
    path.write_text("{" if spoil == "text" else json.dumps(document), encoding="utf-8")

    assert kept.get(key) is None
    assert mapped(doubled, [5], [key], engine=Threads(1), kept=kept) == [{"value": 10}]
    assert kept.get(key) == {"value": 10}


def test_a_result_is_not_taken_for_another(tmp_path: Path) -> None:
    """A file that was renamed does not hold the result of its new name."""
    kept, (one, other) = Kept(tmp_path), keys_of([1, 2])
    kept.put(one, {"value": 2})
    (path,) = tmp_path.rglob("*.json")
    target = tmp_path / other[:2] / f"{other[2:]}.json"
    target.parent.mkdir(exist_ok=True)
    path.rename(target)

    assert kept.get(other) is None


def test_progress_tells_what_is_done_and_what_is_left(tmp_path: Path) -> None:
    """What was kept counts as done at once and not as time."""
    told: list[StudyProgress] = []
    kept = Kept(tmp_path)
    kept.put(keys_of([1])[0], {"value": 2})

    mapped(doubled, [1, 2, 3], keys_of([1, 2, 3]), engine=Threads(1), kept=kept, on_progress=told.append)

    assert [(each.done, each.total) for each in told] == [(1, 3), (2, 3), (3, 3)]
    assert told[0].remaining_s is None
    assert told[1].remaining_s == pytest.approx(told[1].seconds)
    assert told[2].remaining_s == 0

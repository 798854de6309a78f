"""Finished pieces of long studies on disk, by content: what was computed once is not computed again after a kill."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

from matcher.engine import Engine
from matcher.formats.whole_files import write_text

Item = TypeVar("Item")
Document = dict[str, Any]


class Kept:
    """A folder of results, each under a name that follows from everything that it was computed from.

    Parameters
    ----------
    folder : Path or None
        Made when the first result comes; ``None`` keeps nothing.
    """

    __slots__ = ("_folder",)

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def get(self, key: str) -> Document | None:
        """Return what is kept under a key; ``None`` where nothing is, or something that is none of ours."""
        if self._folder is None:
            return None
        with suppress(OSError, ValueError):
            found = json.loads(self._path(key).read_text(encoding="utf-8"))
            if isinstance(found, dict) and found.get("key") == key and isinstance(found.get("result"), dict):
                result: Document = found["result"]
                return result
        return None

    def put(self, key: str, result: Document) -> None:
        """Keep a result, whole or not at all."""
        if self._folder is not None:
            path = self._path(key)
            path.parent.mkdir(parents=True, exist_ok=True)
            write_text(path, [json.dumps({"key": key, "result": result}, allow_nan=False)])

    def _path(self, key: str) -> Path:
        assert self._folder is not None
        return self._folder / key[:2] / f"{key[2:]}.json"


NOTHING_KEPT = Kept(None)


def content_key(*parts: object) -> str:
    """Return the name of a result: a hash of the version of the program and of everything the result follows from."""
    text = "\x1e".join(("matcher", version("matcher"), *map(str, parts)))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyProgress:
    """How far a study has come.

    Parameters
    ----------
    done, total : int
        Pieces of work.
    seconds : float
        Since it began.
    remaining_s : float or None
        Estimate of what is left; ``None`` before the first piece is done.
    """

    done: int
    total: int
    seconds: float
    remaining_s: float | None


StudyListener = Callable[[StudyProgress], None]


def mapped(
    function: Callable[[Item], Document],
    items: Sequence[Item],
    keys: Sequence[str],
    *,
    engine: Engine,
    kept: Kept = NOTHING_KEPT,
    on_progress: StudyListener | None = None,
) -> list[Document]:
    """Return the result of every item in order, from what is kept or from the engine.

    Parameters
    ----------
    function : callable
        See `Engine.map`.
    items, keys : sequence
        Each item with the name of its result.
    engine : Engine
    kept : Kept
    on_progress : callable, optional
        Told after each item.
    """
    began = time.perf_counter()
    results = [kept.get(key) for key in keys]
    missing = [position for position, result in enumerate(results) if result is None]
    known = len(items) - len(missing)
    num_done = 0

    def note(number: int, result: Document) -> None:
        nonlocal num_done
        num_done += 1
        results[missing[number]] = result
        kept.put(keys[missing[number]], result)
        if on_progress is not None:
            seconds = time.perf_counter() - began
            remaining = seconds / num_done * (len(missing) - num_done)
            done = known + num_done
            on_progress(StudyProgress(done=done, total=len(items), seconds=seconds, remaining_s=remaining))

    engine.map(function, [items[position] for position in missing], note)
    return [result for result in results if result is not None]

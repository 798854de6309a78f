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

    @property
    def is_there(self) -> bool:
        """Tell whether anything is kept at all."""
        return self._folder is not None

    def get(self, key: str) -> Document | None:
        """Return what is kept under a key; ``None`` where nothing is, or something whose hash is not that of ours."""
        if self._folder is None:
            return None
        with suppress(OSError, ValueError):
            found = json.loads(self._path(key).read_text(encoding="utf-8"))
            if isinstance(found, dict) and found.get("key") == key and isinstance(found.get("result"), dict):
                result: Document = found["result"]
                return result if found.get("sha256") == _hash_of(key, _text_of(result)) else None
        return None

    def put(self, key: str, result: Document) -> None:
        """Keep a result, whole or not at all."""
        if self._folder is not None:
            path = self._path(key)
            path.parent.mkdir(parents=True, exist_ok=True)
            text = _text_of(result)
            write_text(path, [f'{{"key": "{key}", "sha256": "{_hash_of(key, text)}", "result": {text}}}\n'])

    def _path(self, key: str) -> Path:
        assert self._folder is not None
        return self._folder / key[:2] / f"{key[2:]}.json"


def _text_of(result: Document) -> str:
    return json.dumps(result, allow_nan=False)


def _hash_of(key: str, text: str) -> str:
    return hashlib.sha256(f"{key}\x1e{text}".encode()).hexdigest()


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
    """Return the result of every item in order, from what is kept or from the engine; equal keys are computed once.

    Parameters
    ----------
    function : callable
        See `Engine.map`. Where results are kept they are plain values of JSON.
    items, keys : sequence
        Each item with the name of its result.
    engine : Engine
    kept : Kept
        Gets each result as soon as it is there.
    on_progress : callable, optional
        Told at the beginning and after each result.
    """
    began = time.perf_counter()
    found = {key: result for key in dict.fromkeys(keys) if (result := kept.get(key)) is not None}
    item_by_key = {key: item for item, key in zip(items, keys, strict=True) if key not in found}
    missing = list(item_by_key)
    total, num_done = len(found) + len(missing), 0

    def tell() -> None:
        if on_progress is not None:
            seconds = time.perf_counter() - began
            remaining = seconds / num_done * (len(missing) - num_done) if num_done else None if missing else 0.0
            on_progress(StudyProgress(done=len(found), total=total, seconds=seconds, remaining_s=remaining))

    def take(number: int, result: Document) -> None:
        nonlocal num_done
        num_done += 1
        found[missing[number]] = result
        kept.put(missing[number], result)
        tell()

    tell()
    engine.map(function, list(item_by_key.values()), take)
    return [found[key] for key in keys]

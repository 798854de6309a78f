"""Columns that do not fit into memory at once: kept in files, read block by block.

Blocks of neighbours are searched, because they share vacancies and cohorts; blocks of consecutive candidates are
handed out, because positions follow the ids. In between lies one pass over files that puts every column in its place.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from matcher.column_blocks import ColumnBlocks, ColumnsInParts, WholeColumns
from matcher.columns import Columns, IntArray, Limits, Routes
from matcher.features.assembly import Arrays, Gathering, Part, RouteTable, columns_of, counts_of, dtypes_of, joined
from matcher.features.route_keys import RouteKeys

MOST_AT_ONCE, PART = 10_000_000, 2_000_000  # columns in memory that are looked at as one, and beyond that at a time
LEAST_BLOCK_BYTES = 1 << 20  # smaller blocks cost more calls than they save memory


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledBlocks:
    """Columns in files of a temporary folder, one file per array, read one block at a time.

    Parameters
    ----------
    limits : Limits
    routes : Routes
    starts : int64 (B + 1,)
        Of the blocks, see `ColumnBlocks`.
    dtypes : dict of str to dtype
    folder : tempfile.TemporaryDirectory
        Disappears with `close`, and at the latest with this object.
    """

    limits: Limits
    routes: Routes
    starts: IntArray
    dtypes: dict[str, np.dtype[Any]]
    folder: tempfile.TemporaryDirectory[str]

    def __len__(self) -> int:
        """Return the number of columns."""
        return int(self.starts[-1])

    def __iter__(self) -> Iterator[Columns]:
        """Read and yield every block."""
        for number in range(len(self.starts) - 1):
            yield self.block(number)

    @property
    def is_in_memory(self) -> bool:
        """They are not."""
        return False

    def block(self, number: int) -> Columns:
        """Read one block."""
        begin, end = int(self.starts[number]), int(self.starts[number + 1])
        arrays = _Filed(Path(self.folder.name), self.dtypes).read(begin, end)
        return columns_of(self.limits, self.routes, arrays)

    def close(self) -> None:
        """Delete the files."""
        self.folder.cleanup()


class _Filed:
    """Arrays of equal length, one file each."""

    def __init__(self, folder: Path, dtypes: dict[str, np.dtype[Any]], prefix: str = "") -> None:
        self._paths = {name: folder / f"{prefix}{name}" for name in dtypes}
        self.dtypes = dtypes

    def append(self, arrays: Arrays) -> None:
        """Write after what is there already."""
        for name, path in self._paths.items():
            with path.open("ab") as file:
                np.ascontiguousarray(arrays[name], self.dtypes[name]).tofile(file)

    def read(self, begin: int, end: int) -> Arrays:
        """Return the rows from `begin` to before `end`."""
        return {
            name: np.fromfile(path, self.dtypes[name], end - begin, offset=begin * self.dtypes[name].itemsize)
            for name, path in self._paths.items()
        }

    def delete(self) -> None:
        """Remove the files."""
        for path in self._paths.values():
            path.unlink()


class _FiledPart:
    """A part of the columns that was written away: what is left of it in memory finds candidates again."""

    def __init__(self, part: Part, folder: Path, number: int, num_candidates: int) -> None:
        candidate = part.arrays["candidate"]
        self.route_keys = part.route_keys
        self._begins = np.flatnonzero(np.r_[True, candidate[1:] != candidate[:-1]][: len(candidate)])
        self._owners = candidate[self._begins]
        self._begins = np.append(self._begins, len(candidate))
        self.filed = _Filed(folder, dtypes_of([part.arrays]), f"part-{number}-")
        self.filed.append(part.arrays)

    def of(self, first: int, last: int) -> Arrays:
        """Return the columns of the candidates from `first` to before `last`."""
        begin, end = self._begins[np.searchsorted(self._owners, [first, last])].tolist()
        return self.filed.read(begin, end)


def blocks_of(
    limits: Limits, parts: Iterable[Part], keys: RouteKeys, max_bytes: int | None, folder: Path | None
) -> ColumnBlocks:
    """Return the columns of all parts: in memory where they take at most `max_bytes` there, otherwise in files.

    Parameters
    ----------
    limits : Limits
    parts : iterable of Part
        Each candidate's columns in one of them; read once, and written away as soon as they become too many.
    keys : RouteKeys
    max_bytes : int or None
        ``None`` for no limit.
    folder : Path or None
        Where the temporary folder goes; by default where the system keeps such.
    """
    in_memory: list[Part] = []
    spool: _Spool | None = None
    try:
        for part in parts:
            in_memory.append(part)
            if max_bytes is not None and sum(each.nbytes for each in in_memory) > max_bytes:
                spool = spool or _Spool(limits, folder)
                while in_memory:
                    spool.add(in_memory.pop(0))
        if spool is None or max_bytes is None:
            return _in_memory(joined(limits, in_memory, keys))
        for part in in_memory:
            spool.add(part)
        return spool.in_order(keys, max_bytes)
    except BaseException:  # no personal data stay behind, whatever happens
        if spool is not None:
            spool.folder.cleanup()
        raise


def _in_memory(columns: Columns) -> ColumnBlocks:
    """Return columns as one block, or in parts where they are very many."""
    if len(columns) <= MOST_AT_ONCE:
        return WholeColumns(columns=columns)
    return ColumnsInParts.of(columns, PART)


class _Spool:
    """Parts that are written away as they come."""

    def __init__(self, limits: Limits, folder: Path | None) -> None:
        self._limits = limits
        self.folder = tempfile.TemporaryDirectory(prefix="matcher-columns-", dir=folder)
        self._parts: list[_FiledPart] = []
        self._counts = np.zeros(len(limits.candidate_ids), np.int64)

    def add(self, part: Part) -> None:
        """Write a part away."""
        self._counts += counts_of([part], len(self._counts))
        self._parts.append(_FiledPart(part, Path(self.folder.name), len(self._parts), len(self._counts)))

    def in_order(self, keys: RouteKeys, max_bytes: int) -> FiledBlocks:
        """Return all columns in order of candidates, in blocks of which two take at most `max_bytes`."""
        table = RouteTable(part.route_keys for part in self._parts)
        positions = [table.positions(part.route_keys) for part in self._parts]
        dtypes: dict[str, np.dtype[Any]] = {}
        for part in self._parts:
            for name, dtype in part.filed.dtypes.items():
                dtypes[name] = np.promote_types(dtypes.get(name, dtype), dtype)
        bytes_per_column = sum(dtype.itemsize for dtype in dtypes.values())
        cuts = _cuts(self._counts, max(max_bytes // 2, LEAST_BLOCK_BYTES) // bytes_per_column)
        filed = _Filed(Path(self.folder.name), dtypes)
        for first, last in zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True):
            gathering = Gathering(self._counts[first:last], first)
            filed.append(gathering.gathered([part.of(first, last) for part in self._parts], positions))
        for part in self._parts:
            part.filed.delete()
        return FiledBlocks(
            limits=self._limits,
            routes=keys.routes(table.keys),
            starts=np.append(0, np.cumsum(self._counts))[cuts],
            dtypes=dtypes,
            folder=self.folder,
        )


def _cuts(counts: IntArray, most: int) -> IntArray:
    """Return where to cut the candidates, so that each block has at most `most` columns, or one candidate."""
    until = np.append(0, np.cumsum(counts))
    cuts = [0]
    while cuts[-1] < len(counts):
        reached = int(np.searchsorted(until, until[cuts[-1]] + most, side="right")) - 1
        cuts.append(max(reached, cuts[-1] + 1))
    return np.array(cuts, np.int64)

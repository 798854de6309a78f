"""The columns in play, block by block: what does not lie in memory is read anew for each case."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from matcher.check.best import Fixed
from matcher.check.in_play import ColumnsInPlay
from matcher.column_blocks import ColumnBlocks
from matcher.columns import BoolArray, Columns


class Plays:
    """All columns that no case without decisions excludes.

    Parameters
    ----------
    blocks : ColumnBlocks
    in_play : callable
        Returns the columns of a block, all in play, given the block and the position of its first column.
    """

    __slots__ = ("_blocks", "_in_play", "_is_kept", "_only_one")

    def __init__(self, blocks: ColumnBlocks, in_play: Callable[[Columns, int], ColumnsInPlay]) -> None:
        self._blocks = blocks
        self._in_play = in_play
        self._is_kept: dict[int, BoolArray] = {}
        self._only_one = in_play(blocks.block(0), 0) if len(blocks.starts) == 2 else None

    @property
    def is_in_memory(self) -> bool:
        """Tell whether all columns are one block, which is read once."""
        return self._only_one is not None

    def __iter__(self) -> Iterator[tuple[int, ColumnsInPlay]]:
        """Yield the number of every block and what is in play of it."""
        for number in range(len(self._blocks.starts) - 1):
            yield number, self._of_block(number)

    def _of_block(self, number: int) -> ColumnsInPlay:
        if self._only_one is not None:
            return self._only_one
        play = self._in_play(self._blocks.block(number), int(self._blocks.starts[number]))
        return play.only(self._is_kept[number]) if number in self._is_kept else play

    def keep(self, number: int, kept: BoolArray) -> None:
        """Leave out all columns of a block's in play but some."""
        if self._only_one is not None:
            self._only_one = self._only_one.only(kept)
        elif number in self._is_kept:
            self._is_kept[number][self._is_kept[number]] = kept
        else:
            self._is_kept[number] = kept

    def own(self, number: int, fixed: Fixed) -> Fixed:
        """Return which of some fixed columns belong to a block."""
        begin, end = self._blocks.starts[number : number + 2].tolist()
        return {column: taken for column, taken in fixed.items() if begin <= column < end}

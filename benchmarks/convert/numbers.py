"""The whole numbers of which the library's files consist."""

from __future__ import annotations

from collections.abc import Sequence

LARGEST = 2**53  # nothing in a file of the library comes near it


def whole_numbers(words: Sequence[str], least: int) -> list[int]:
    """Return words as whole numbers.

    Parameters
    ----------
    words : sequence of str
    least : int
        So many there must be.

    Raises
    ------
    ValueError
        When one is no whole number, or they are too few.
    """
    if len(words) < least:
        raise ValueError(f"The file must hold at least {least} numbers, got {len(words)}. Check the file.")
    return [_whole_number(word) for word in words]


def _whole_number(word: str) -> int:
    try:
        number = int(word)
    except ValueError:
        raise ValueError(f"The file must hold whole numbers alone, got '{word[:40]}'. Check the file.") from None
    if abs(number) > LARGEST:
        raise ValueError(f"The numbers of the file must lie below {LARGEST}, got {word[:40]}. Check the file.")
    return number

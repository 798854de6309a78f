"""What is wrong with a question, with a pointer to the key that says it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from matcher.errors import Fault, InvalidInput


def fault_of(code: str, key: str, value: object, must: str, remedy: str) -> Fault:
    """Return what is wrong with a key of a question."""
    return Fault(code=code, field=key, value=value, must=must, remedy=remedy, file=f"body#/{key}")


@contextmanager
def pointed(key: str, others: Mapping[str, str] | None = None) -> Iterator[None]:
    """Let faults that are found about what a key names point to that key.

    Parameters
    ----------
    key : str
    others : mapping of str to str, optional
        Keys by fields of faults, where these are about another key.
    """
    try:
        yield
    except InvalidInput as error:
        keys = others or {}
        raise InvalidInput(
            [replace(fault, file=f"body#/{keys.get(fault.field or '', key)}") for fault in error.faults]
        ) from None

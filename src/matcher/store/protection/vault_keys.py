"""The keys that wrap people's keys: kept outside the database, in a file for its owner alone or in the environment.

Each line is the id of a key and the key itself; the last one is used for what is written, the others still open what
was written under them. Whoever forgets a key makes everything unreadable that is still wrapped by it, in every backup.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from matcher.errors import StoreFailure

KEY_BYTES = 32
FILE_VARIABLE = "MATCHER_IDENTITY_KEY_FILE"
KEYS_VARIABLE = "MATCHER_IDENTITY_KEYS"
_ID = re.compile(r"[A-Za-z0-9._-]{1,60}")
_LETTERS = "bcdfghjkmnpqrstvwxz"  # no words are made of these
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class MasterKeys:
    """Keys by their ids, the present one last.

    Parameters
    ----------
    keys : mapping of str to bytes
    """

    keys: Mapping[str, bytes]

    @property
    def present_id(self) -> str:
        """Return the id of the key that wraps what is written now."""
        return list(self.keys)[-1]

    def key(self, key_id: str) -> bytes:
        """Return a key.

        Raises
        ------
        StoreFailure
            Where it is not among these.
        """
        found = self.keys.get(key_id)
        if found is None:
            raise StoreFailure(
                f"Key {key_id!r} of the identities must be at hand. Add it to the keys, or import again."
            )
        return found

    def __repr__(self) -> str:
        """Return the ids, never a key."""
        return f"MasterKeys({', '.join(self.keys)})"


def keys_from(environment: Mapping[str, str]) -> MasterKeys | None:
    """Return the keys that the environment gives or names a file of; ``None`` where it says nothing of them.

    Raises
    ------
    StoreFailure
        Where they cannot be read, or others may read the file.
    """
    if given := environment.get(KEYS_VARIABLE):
        return _read(given.replace(";", "\n"), f"variable {KEYS_VARIABLE}")
    named = environment.get(FILE_VARIABLE)
    return keys_of_file(Path(named)) if named else None


def keys_of_file(path: Path) -> MasterKeys:
    """Return the keys of a file that its owner alone may read.

    Raises
    ------
    StoreFailure
    """
    try:
        if os.name == "posix" and path.stat().st_mode & _OTHERS:
            raise StoreFailure(f"Key file '{path}' must be its owner's alone. Run: chmod 600 '{path}'.")
        text = path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        what = getattr(error, "strerror", None) or "no text"
        raise StoreFailure(f"Key file '{path}' must be readable, got: {what}. Make one or correct the name.") from None
    return _read(text, f"file '{path}'")


def make_key(path: Path, day: date) -> str:
    """Add a new key to a file, which is made where it is not there, and return its id."""
    before = keys_of_file(path).keys if path.exists() else {}
    # Letters alone: four digits after a day may be somebody's personal number, which no log takes.
    key_id = f"{day.isoformat()}-{''.join(secrets.choice(_LETTERS) for _ in range(6))}"
    _write(path, {**before, key_id: secrets.token_bytes(KEY_BYTES)})
    return key_id


def forget_keys(path: Path, but: str) -> list[str]:
    """Leave one key in a file and return the ids of those that are gone: what they have wrapped is gone, too."""
    keys = keys_of_file(path)
    _write(path, {but: keys.key(but)})
    return [key_id for key_id in keys.keys if key_id != but]


def _read(text: str, where: str) -> MasterKeys:
    keys: dict[str, bytes] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        key_id, _, encoded = line.partition(" ")
        try:
            key = base64.b64decode(encoded.strip(), validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if not _ID.fullmatch(key_id) or len(key) != KEY_BYTES or key_id in keys:
            raise _unreadable(where)
        keys[key_id] = key
    if not keys:
        raise _unreadable(where)
    return MasterKeys(keys=keys)


def _unreadable(where: str) -> StoreFailure:
    return StoreFailure(
        f"The {where} must hold keys as 'matcher identities make-key' writes them, got something else. Correct it."
    )


def _write(path: Path, keys: Mapping[str, bytes]) -> None:
    """Put a file in the place of another in one step, readable by nobody else at any time."""
    draft = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.writelines(f"{key_id} {base64.b64encode(key).decode()}\n" for key_id, key in keys.items())
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise StoreFailure(f"Key file '{path}' must be writable, got: {error.strerror}. Choose another.") from None

"""Verdicts kept on the way, so that a long run that was ended goes on where it was."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from tests.trust.comparison import Verdict

ROOT = Path(__file__).parents[2]
JUDGED = (
    "src/matcher/**/*.py",
    "tests/oracles/*.py",
    "tests/check/plans.py",
    "tests/trust/agreement.py",
    "tests/trust/comparison.py",
    "tests/trust/occurrence.py",
    "tests/strategies.py",
    "tests/drawn/*.py",
    "requirements-dev.lock",
)


def state_of_code(root: Path = ROOT) -> str:
    """Return a fingerprint of all that a verdict depends on: what another state of the code said counts for nothing."""
    found = hashlib.sha256()
    for pattern in JUDGED:
        for file in sorted(root.glob(pattern)):
            found.update(file.relative_to(root).as_posix().encode())
            found.update(file.read_bytes())
    return found.hexdigest()[:16]


class Kept:
    """The verdicts of one state of the code, in a file of lines.

    Parameters
    ----------
    file : Path
    """

    def __init__(self, file: Path) -> None:
        self.file = file

    @classmethod
    def of_this_code(cls, root: Path = ROOT) -> Kept:
        """Return those of the present state."""
        return cls(root / ".cache" / "trust" / f"{state_of_code(root)}.jsonl")

    def read(self) -> Iterator[tuple[float, Verdict]]:
        """Yield verdicts and the processor seconds that each took; a line that was not finished is left out."""
        if not self.file.exists():
            return
        for line in self.file.read_text(encoding="utf-8").splitlines():
            try:
                fields = json.loads(line)
            except json.JSONDecodeError:
                continue
            seconds = fields.pop("seconds")
            yield seconds, Verdict(**{name: set(value) if name in SETS else value for name, value in fields.items()})

    def add(self, seconds: float, verdict: Verdict) -> None:
        """Append a verdict."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        fields = asdict(verdict) | {name: sorted(getattr(verdict, name)) for name in SETS}
        with self.file.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(fields | {"seconds": round(seconds, 3)}) + "\n")


SETS = ("rules", "outcomes")

"""Every text that the product says, found in its sources; run as a module: what the Swedish catalogue lacks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "matcher"
KEYWORDS = {"text": None, "plural": (1, 2), "message": None, "plural_message": (1, 2)}
SPEAKING = (*(PACKAGE / room for room in ("explain", "report", "cli", "languages")), ROOT / "api" / "matcher_api")
METHODS = [("**.py", "python"), ("**.jinja", "jinja2.ext:babel_extract")]


def originals() -> Catalog:
    """Return every English text, with its places."""
    found = Catalog()
    for room in SPEAKING:
        for name, line, text, _, _ in extract_from_dir(room, METHODS, keywords=KEYWORDS, comment_tags=()):
            found.add(text, locations=[(f"{room.name}/{name}", line)])
    return found


def translated(language: str) -> Catalog:
    """Return a language's catalogue."""
    with (PACKAGE / "languages" / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


def missing(language: str) -> Iterator[tuple[str, ...]]:
    """Yield the texts that a language does not say."""
    there = translated(language)
    for entry in originals():
        if not entry.id:
            continue
        texts = entry.id if isinstance(entry.id, tuple | list) else (entry.id,)
        found = there.get(texts[0])
        strings = () if found is None else found.string if isinstance(found.string, tuple | list) else (found.string,)
        if found is None or found.fuzzy or len(strings) != len(texts) or not all(strings):
            yield tuple(texts)


if __name__ == "__main__":
    for texts in missing("sv"):
        print("\n".join(("", f'msgid "{texts[0]}"', *(f'msgid_plural "{text}"' for text in texts[1:]))))
        print("\n".join([f'msgstr[{form}] ""' for form in range(2)] if texts[1:] else ['msgstr ""']))

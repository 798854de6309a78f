"""What an error says, in the reader's language: its sentence is recognised, and its values are put into the other one.

Errors are written in English where they arise, by rooms that know no language. The catalogue beside this module holds
each sentence with its values left open; a test compares it with the sources, so that none is missing.
"""

from __future__ import annotations

import re
from functools import cache, cached_property
from importlib.resources import files

from babel.messages.pofile import read_po

from matcher.errors import THING_BY_TABLE, Fault, shortened
from matcher.languages.phrases import Language

_HOLE = re.compile(r"\{([0-9])\}")
_FAULT = re.compile(
    r"(?P<thing>[A-Z][a-z ]*?)(?P<id> '[^']*')?(?P<place> \([^()]*\))? must "
    r"(?P<must>.*?)(?P<got>, got .*?)?\. (?P<remedy>[A-Z].*)",
    re.DOTALL,
)
_END = re.compile(r"(?<=[.:]) (?=[A-Z])")
MOST_LETTERS = 4000


def fault_text(fault: Fault, language: Language) -> str:
    """Return a fault as one sentence, and what to do."""
    if language == "en":
        return str(fault)
    said = _sentences(language)
    thing = said.translated(THING_BY_TABLE.get(fault.table or "", "Input"))
    who = thing if fault.entity_id is None else f"{thing} {shortened(fault.entity_id)}"
    place = f" ({_place(fault)})" if fault.place else ""
    got = "" if fault.value is None else f", fick {shortened(fault.value)}"
    return f"{who}{place} måste {said.translated(fault.must)}{got}. {said.translated(fault.remedy)}"


def fault_words(fault: Fault, language: Language) -> str:
    """Return what is wrong and what to do, where the place and the value stand beside it."""
    if language == "en":
        return f"It must {fault.must}. {fault.remedy}"
    said = _sentences(language)
    return f"Raden måste {said.translated(fault.must)}. {said.translated(fault.remedy)}"


def sentence_text(sentence: str, language: Language) -> str:
    """Return the sentence of an error; one that the catalogue does not know stays English."""
    return sentence if language == "en" else _sentences(language).translated(sentence)


def _place(fault: Fault) -> str:
    parts = [fault.file or ""]
    parts += [] if fault.line is None else [f"rad {fault.line}"]
    parts += [] if fault.column is None else [f"kolumn {fault.column}"]
    return " ".join(part for part in parts if part)


class _Sentences:
    """The catalogue of one language."""

    def __init__(self, language: Language) -> None:
        with files("matcher.languages").joinpath(f"errors_{language}.po").open("rb") as file:
            catalogue = read_po(file, locale=language)
        self._by_original = {str(entry.id): str(entry.string) for entry in catalogue if entry.id and entry.string}

    def translated(self, text: str) -> str:
        """Return a text, or its sentences one by one where they are known only so."""
        whole = self._whole(text) or self._fault(text)
        if whole is not None:
            return whole
        parts = _END.split(text)
        return " ".join(self._whole(part) or part for part in parts) if len(parts) > 1 else text

    def _whole(self, text: str) -> str | None:
        exact = self._by_original.get(text)
        if exact is not None:
            return exact
        if len(text) > MOST_LETTERS:
            return None
        for pattern, string in self._patterns:
            found = pattern.fullmatch(text)
            if found is not None:
                return self._filled(string, found.groups())
        return None

    def _fault(self, text: str) -> str | None:
        """Return the text of a fault that is kept as a sentence; ``None`` where it is none or is not known."""
        found = _FAULT.fullmatch(text)
        if found is None or found["thing"] not in {*THING_BY_TABLE.values(), "Input"}:
            return None
        must = self._whole(found["must"])
        if must is None:
            return None
        got = "" if found["got"] is None else found["got"].replace(", got ", ", fick ", 1)
        who = f"{self._by_original.get(found['thing'], found['thing'])}{found['id'] or ''}{found['place'] or ''}"
        return f"{who} måste {must}{got}. {self.translated(found['remedy'])}"

    def _filled(self, string: str, groups: tuple[str, ...]) -> str:
        values = [self._by_original.get(value) or self._whole(value) or value for value in groups]
        return _HOLE.sub(lambda hole: values[int(hole[1])], string)

    @cached_property
    def _patterns(self) -> list[tuple[re.Pattern[str], str]]:
        """Return what recognises each sentence with values, the one with the most words of its own first."""
        open_ones = [each for each in self._by_original.items() if _HOLE.search(each[0])]
        open_ones.sort(key=lambda each: -len(_HOLE.sub("", each[0])))
        return [(_pattern(original), string) for original, string in open_ones]


def _pattern(original: str) -> re.Pattern[str]:
    parts = _HOLE.split(original)[::2]
    return re.compile("(.*?)".join(map(re.escape, parts)), re.DOTALL)


@cache
def _sentences(language: Language) -> _Sentences:
    return _Sentences(language)

"""Texts inside the XML of a workbook, with as few calls from the parser as possible."""

from __future__ import annotations

from collections.abc import Callable
from xml.parsers import expat

from matcher.formats.text_lines import BrokenFile

MAX_CELL = 131_072
Begin = Callable[[dict[str, str]], None]


class TextRuns:
    """Collects one text for each element of one name: the texts of cells, or the shared texts.

    Parameters
    ----------
    parser : XMLParserType
        Its handlers are set.
    name : str
        Element that begins a text, ``c`` or ``si``.
    begin : callable, optional
        Called with the attributes of each such element.
    others : dict of name to callable, optional
        Called with the attributes of each element of these names.

    Attributes
    ----------
    texts : list of str
    """

    def __init__(
        self,
        parser: expat.XMLParserType,
        name: str,
        begin: Begin = lambda attributes: None,
        others: dict[str, Begin] | None = None,
    ) -> None:
        self.parser = parser
        self.texts: list[str] = []
        self._name = name
        self._begin = begin
        self._others = others or {}
        parser.StartElementHandler = self._root

    def _root(self, name: str, attributes: dict[str, str]) -> None:
        """Learn the prefix that this file gives to all its elements, usually none."""
        prefix = name[: name.rfind(":") + 1]
        self.parser.StartElementHandler = self._starter(prefix)

    def _starter(self, prefix: str) -> Callable[[str, dict[str, str]], None]:
        begins, value, text, phonetic = (prefix + name for name in (self._name, "v", "t", "rPh"))
        others = {prefix + name: call for name, call in self._others.items()}
        parser, texts, begin = self.parser, self.texts, self._begin
        is_phonetic = False

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal is_phonetic
            if name == begins:
                texts.append("")
                is_phonetic = False
                begin(attributes)
            elif name in (value, text):
                if texts and not is_phonetic:
                    parser.CharacterDataHandler = add
                    parser.EndElementHandler = end
            elif name == phonetic:
                is_phonetic = True  # how to pronounce it; stands last
            elif name in others:
                others[name](attributes)

        def add(piece: str) -> None:
            texts[-1] += piece
            if len(texts[-1]) > MAX_CELL:
                must, remedy = f"have cells of at most {MAX_CELL} characters", "Shorten the text."
                raise BrokenFile("cell_too_long", must, remedy, value=texts[-1][:80])

        def end(name: str) -> None:
            parser.CharacterDataHandler = None
            parser.EndElementHandler = None

        return start

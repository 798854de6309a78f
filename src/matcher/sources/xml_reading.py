"""Reads one XML notice safely, and finds elements by local name whatever prefixes and namespaces it uses.

No entity is ever expanded, nothing is fetched, and a document type declaration ends the reading: notices have none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

MAX_BYTES = 64 << 20  # the largest notices, with thousands of lots, have about 30 million bytes
_CHUNK = 1 << 16
MOST_ATTRIBUTES = 10_000
_DOCTYPE = tuple("<!DOCTYPE".encode(encoding) for encoding in ("ascii", "utf-16-le", "utf-16-be"))
_PROLOG = 1 << 16


class UnreadableXml(Exception):
    """The file holds no XML notice that may be read.

    Parameters
    ----------
    code : str
        Stable machine-readable kind.
    what : str
        A clause.
    position : str
        Line and column where known.
    """

    def __init__(self, code: str, what: str, position: str = "") -> None:
        self.code = code
        self.what = what
        self.position = position
        super().__init__(what)


def read_xml(path: Path) -> etree._Element:
    """Return the root element of a file.

    Raises
    ------
    UnreadableXml
        When it is empty, too large, not well-formed, or declares a document type.
    OSError
        When it cannot be opened.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    with path.open("rb") as stream:
        head = stream.read(_PROLOG)
        _refuse_early(head)
        num_bytes = num_equals = 0
        try:
            chunk = head
            while chunk:
                num_bytes += len(chunk)
                if num_bytes > MAX_BYTES:
                    raise UnreadableXml("too_large", f"it is larger than {MAX_BYTES >> 20} MB")
                # No attribute's value holds a "<", so what stands between two of them is one tag, or text.
                before, *tags = chunk.split(b"<")
                num_equals = tags[-1].count(b"=") if tags else num_equals + before.count(b"=")
                if num_equals > MOST_ATTRIBUTES:
                    raise UnreadableXml("too_many_attributes", f"a tag has more than {MOST_ATTRIBUTES} attributes")
                parser.feed(chunk)
                chunk = stream.read(_CHUNK)
            root = parser.close()
        except etree.XMLSyntaxError as error:
            line, column = error.position
            raise UnreadableXml(
                "not_xml", f"it is not well-formed XML ({_short(error)})", f"line {line} column {column}"
            ) from None
    if root.getroottree().docinfo.doctype:  # type: ignore[attr-defined]  # missing in lxml-stubs
        raise UnreadableXml("doctype", "it declares a document type, which notices do not have")
    return root


def _refuse_early(head: bytes) -> None:
    """Refuse what must not reach the parser."""
    if not head.strip():
        raise UnreadableXml("empty", "it is empty")
    if any(mark in head for mark in _DOCTYPE):
        raise UnreadableXml("doctype", "it declares a document type, which notices do not have")


def _short(error: etree.XMLSyntaxError) -> str:
    text = re.sub(r", line \d+, column \d+.*", "", str(error.msg))
    return text[:120]


def local_name(element: etree._Element) -> str:
    """Return an element's name without namespace."""
    return str(element.tag).rpartition("}")[2]


def children(element: etree._Element | None, path: str) -> Iterator[etree._Element]:
    """Yield the descendants reached by a path of local names such as ``"ProcurementProject/Name"``."""
    if element is None:
        return
    name, _, rest = path.partition("/")
    for inner in element:
        if local_name(inner) == name:
            if rest:
                yield from children(inner, rest)
            else:
                yield inner


def child(element: etree._Element | None, path: str) -> etree._Element | None:
    """Return the first descendant reached by a path of local names."""
    return next(children(element, path), None)


def text(element: etree._Element | None, path: str = "") -> str:
    """Return the text of an element, or of the first descendant reached by a path, without surrounding space."""
    target = child(element, path) if path else element
    return (target.text or "").strip() if target is not None else ""


def full_text(element: etree._Element | None) -> str:
    """Return the text of an element and of everything in it, one line per paragraph."""
    return "\n".join(str(part).strip() for part in element.itertext() if part.strip()) if element is not None else ""


def texts(element: etree._Element | None, path: str) -> list[str]:
    """Return the non-empty texts of all descendants reached by a path."""
    found = ((target.text or "").strip() for target in children(element, path))
    return [value for value in found if value]


def descendant(element: etree._Element, name: str) -> etree._Element | None:
    """Return the first element with this local name at any depth."""
    return next((other for other in element.iter() if local_name(other) == name), None)


def attribute(element: etree._Element | None, name: str) -> str:
    """Return an attribute's text, empty where it is absent."""
    value = element.get(name) if element is not None else None
    return str(value or "").strip()

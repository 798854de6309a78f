"""How the fuzzer changes what has a structure: by its parts, so that half of what comes out is still JSON or XML.

Bytes changed at random break the form of a document long before they reach what reads its content.
"""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Callable, Iterator
from random import Random
from typing import Any
from xml.etree import ElementTree

Mutate = Callable[[bytes, int], bytes]
Document = dict[str, Any] | list[Any]
MOST_CHANGES = 4
# What programs forget about: empty, negative, huge, not a number, other scripts, days that are none, ids that repeat.
ODD: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 0.5, -0.0, 1e308, 10**30, math.nan, math.inf, "", " ", "0", "-1", "1e999", "NaN"),
    *("2026-02-30", "2026-01-01", "0000-00-00", "9999-12-31T23:59:60Z", "2026-06-01T00:00:00+99:00", "C1", "x" * 300),
    *(
        "\u0000",
        "\ufeff",
        "\ud7ff",
        "\U0001f600",
        "Å\u030a",
        "=1+1",
        ";;",
        "a;b",
        "\n",
        '"',
        [],
        {},
        [[]],
        [None],
        {"": ""},
    ),
)
ODD_TEXTS = tuple(each for each in ODD if isinstance(each, str) and "\u0000" not in each)


def mutated(content: bytes, most: int, seed: int, mutate: Mutate) -> bytes:
    """Return a document that differs from one in some of its parts.

    Parameters
    ----------
    content : bytes
    most : int
        Bytes of the result.
    seed : int
    mutate : callable
        The fuzzer's own way of changing bytes; for everything that is neither JSON nor XML, and half of what is.
    """
    random = Random(seed)
    if random.random() < 0.5:
        of_structure = _json if content[:1] in b"{[" else _xml if b"<" in content[:200] else None
        made = None if of_structure is None else of_structure(content, random, mutate)
        if made is not None and len(made) <= most:
            return made
    return mutate(content, most)


def _json(content: bytes, random: Random, mutate: Mutate) -> bytes | None:
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return None
    for _ in range(random.randint(1, MOST_CHANGES)):
        places = list(_places(document))
        if not places:
            break
        _change_json(*random.choice(places), places, random, mutate)
    return json.dumps(document, ensure_ascii=random.random() < 0.5).encode("utf-8", "surrogatepass")


def _places(document: Any) -> Iterator[tuple[Document, Any]]:
    """Yield every container with every key or number in it."""
    waiting = [document]
    while waiting:
        container = waiting.pop()
        keys = (
            list(container)
            if isinstance(container, dict)
            else range(len(container) if isinstance(container, list) else 0)
        )
        for key in keys:
            yield container, key
            waiting.append(container[key])


def _change_json(container: Any, key: Any, places: list[tuple[Document, Any]], random: Random, mutate: Mutate) -> None:
    other, other_key = random.choice(places)
    try:
        value, another = container[key], copy.deepcopy(other[other_key])
    except LookupError:  # gone with an earlier change
        return
    match random.randrange(6):
        case 0:
            del container[key]
        case 1:
            container[key] = another
        case 2 if isinstance(container, list):
            container.insert(key, another)
        case 2:
            container[str(other_key)] = another
        case 3 if isinstance(value, str):
            container[key] = mutate(value.encode("utf-8", "replace"), 2 * len(value) + 8).decode("utf-8", "replace")
        case 4:
            container[key] = [value, another]
        case _:
            container[key] = copy.deepcopy(random.choice(ODD))


def _xml(content: bytes, random: Random, mutate: Mutate) -> bytes | None:
    try:
        root = ElementTree.fromstring(content)
    except (ElementTree.ParseError, ValueError, LookupError):
        return None
    for _ in range(random.randint(1, MOST_CHANGES)):
        _change_xml(list(root.iter()), random, mutate)
    try:
        return ElementTree.tostring(root, encoding="utf-8", xml_declaration=random.random() < 0.5)
    except (ValueError, RecursionError, TypeError):
        return None


def _change_xml(elements: list[ElementTree.Element], random: Random, mutate: Mutate) -> None:
    one, other = random.choice(elements), random.choice(elements)
    match random.randrange(7):
        case 0 if len(one):
            one.remove(random.choice(list(one)))
        case 1 if len(one):
            one.insert(random.randrange(len(one) + 1), copy.deepcopy(random.choice(list(one))))
        case 2 if len(list(other.iter())) < 50:
            one.insert(random.randrange(len(one) + 1), copy.deepcopy(other))
        case 3 if one.attrib:
            one.set(random.choice(list(one.attrib)), random.choice(ODD_TEXTS))
        case 4:
            one.tag = other.tag
        case 5 if one.text:
            one.text = mutate(one.text.encode(), 2 * len(one.text) + 8).decode("utf-8", "replace")
        case _:
            one.text = other.text if random.random() < 0.5 else random.choice(ODD_TEXTS)

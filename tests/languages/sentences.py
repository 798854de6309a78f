"""Every sentence with which an error tells what must be and what to do, found in the sources, its values left open."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "src" / "matcher"
# The rooms whose errors the HTTP interface answers with.
ROOMS = ("problem", "formats", "solve", "service", "store", "features", "sources")
# Where the positional arguments of a call are sentences: name of what is called, and which of them.
POSITIONS = {
    "BadCell": (1, 2),
    "BrokenFile": (1, 2),
    "refused": (1, 2),
    "_report": (1, 5),
    "_broken": (1,),
    "add": (3, 4),
    "_out_of_range": (),
    "Conflict": (0,),
    "UnknownId": (0,),
    "StoreFailure": (0,),
    "StoreFull": (0,),
    "LimitReached": (0,),
    "_refused": (0,),
    "_full": (1, 2),
}
NAMES = ("what", "must", "remedy", "sentence", "hint", "word", "rest", "NONE_FOUND")


def templates() -> set[str]:
    """Return every sentence, its values as ``{0}``, ``{1}`` and so on."""
    found: set[str] = set()
    for room in ROOMS:
        for path in sorted((PACKAGE / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                found.update(_templates_of(node))
    return {text for text in found if len(text.strip()) > 1}


def _templates_of(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        positions = POSITIONS.get(name, ())
        given = [node.args[position] for position in positions if position < len(node.args)]
        given += [keyword.value for keyword in node.keywords if keyword.arg in ("what", "must", "remedy")]
    elif isinstance(node, ast.Assign):
        targets = [target.elts if isinstance(target, ast.Tuple) else [target] for target in node.targets]
        names = [part for parts in targets for part in parts]
        values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
        named = [getattr(each, "id", "") for each in names]
        given = [value for each, value in zip(named, values, strict=False) if each in NAMES]
    else:
        return
    for expression in given:
        for text in _written(expression):
            yield _numbered(text)


def _written(node: ast.AST) -> Iterator[str]:
    """Yield what an expression may come to, each value that is filled in as a NUL."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(part.value if isinstance(part, ast.Constant) else "\0" for part in node.values)
    elif isinstance(node, ast.IfExp):
        yield from _written(node.body)
        yield from _written(node.orelse)
    elif isinstance(node, ast.BinOp):
        yield from _written(node.left)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "replace":
        yield from _written(node.func.value)


def _numbered(text: str) -> str:
    parts = text.replace("{field}", "\0").split("\0")
    return "".join(f"{part}{{{number}}}" for number, part in enumerate(parts[:-1])) + parts[-1]


if __name__ == "__main__":
    print("\n".join(sorted(templates())))

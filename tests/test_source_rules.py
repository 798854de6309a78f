"""What no line of the program does: no command, no code from input, no SQL and no pattern put together from it."""

from __future__ import annotations

import ast
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted([*(ROOT / "src" / "matcher").rglob("*.py"), *(ROOT / "api" / "matcher_api").rglob("*.py")])
TEMPLATES = sorted([*(ROOT / "src" / "matcher").rglob("*.jinja"), *(ROOT / "api" / "matcher_api").rglob("*.jinja")])
SCRIPTS = sorted((ROOT / "api" / "matcher_api" / "web" / "static").glob("*.js"))
STYLES = sorted([*(ROOT / "api").rglob("*.css"), *(ROOT / "src").rglob("*.css")])
# Where names, links and codes are made up: what they hold must be nobody's guess.
SECRET = ("api/matcher_api/", "src/matcher/store/accounts/", "src/matcher/store/protection/")
MODULES = "subprocess|pickle|marshal|shelve|dill|cloudpickle|yaml|pty"
STATEMENTS = {"text", "execute", "executemany", "executescript", "exec_driver_sql"}
# Names of the program's own that stand in a statement: tables, settings, sizes.
OF_STATEMENTS = {"_CACHE_KIB", "conflict", "_INFO", "setting", "_ONE_AT_A_TIME"}


@cache
def tree(path: Path) -> ast.Module:
    """Return a module as it was parsed, once for all tests."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def calls(path: Path) -> tuple[tuple[str, ast.Call], ...]:
    """Return every call of a module with the name of what is called; a name may have dots and nothing else.

    Modules without any of the calls that are looked for are not read, which takes seconds.
    """
    if not re.search(
        r"\bre\.|text\(|execute|exec_driver|session\.|requests\.|verify=", path.read_text(encoding="utf-8")
    ):
        return ()
    found = [node for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]
    return tuple((dotted(node.func), node) for node in found)


def dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else "?"


def where(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"


def is_own(given: ast.expr) -> bool:
    """Tell whether an expression is text of the program alone, perhaps with names of its own in it."""
    if isinstance(given, ast.Constant):
        return True
    if isinstance(given, ast.JoinedStr):
        parts = [part.value for part in given.values if isinstance(part, ast.FormattedValue)]
        return all(isinstance(part, ast.Name) and part.id in OF_STATEMENTS for part in parts)
    if isinstance(given, ast.IfExp):
        return is_own(given.body) and is_own(given.orelse)
    if isinstance(given, ast.BinOp):
        return is_own(given.left) and is_own(given.right)
    return isinstance(given, ast.Name) and given.id.isupper()  # a constant of the module


def is_escape(node: ast.AST) -> bool:
    """Tell whether something is quoted for a pattern."""
    return isinstance(node, ast.Call) and ast.unparse(node).startswith(("re.escape(", "map(re.escape, "))


def test_no_command_is_started_and_no_text_becomes_code() -> None:
    """Nor is anything read that could build an object of its sender's choice."""
    imported = re.compile(rf"^\s*(?:import|from) ({MODULES})\b", re.MULTILINE)
    called = re.compile(r"(?<![\w.])(?:eval|exec|compile|__import__)\(|\bos\.(?:system|popen|exec[lv]|spawn[lv])")
    assert imported.search("import os\nimport pickle\n")
    assert called.search("x = eval(text)")
    assert len(SOURCES) > 300
    found = [
        path for path in SOURCES if imported.search(text := path.read_text(encoding="utf-8")) or called.search(text)
    ]
    assert found == []


def test_no_statement_is_put_together_from_values() -> None:
    """What is sent to a database as text is the program's own; values go beside it as parameters."""
    found, seen = [], 0
    for path in SOURCES:
        for name, call in calls(path):
            given = call.args[0] if call.args else None
            is_statement = (
                isinstance(given, ast.JoinedStr | ast.BinOp | ast.Constant) and name.rpartition(".")[2] in STATEMENTS
            )
            is_text = name in ("sa.text", "sqlalchemy.text") or name.endswith(("exec_driver_sql", "executescript"))
            if given is not None and (is_text or (is_statement and not isinstance(given, ast.Constant))):
                seen += 1
                if not is_own(given):
                    found.append(where(path, call))
    assert seen >= 5
    assert found == []


def test_no_pattern_is_made_of_what_somebody_has_sent() -> None:
    """A regular expression is a constant, or made of constants."""
    found, seen = [], 0
    for path in SOURCES:
        for name, call in calls(path):
            if name.startswith("re.") and name.partition(".")[2] in ("compile", "match", "search", "sub", "fullmatch"):
                seen += 1
                escaped = {id(inner) for node in ast.walk(call.args[0]) if is_escape(node) for inner in ast.walk(node)}
                names = [node for node in ast.walk(call.args[0]) if isinstance(node, ast.Name)]
                found += [where(path, call) for each in names if id(each) not in escaped and not each.id.isupper()]
    assert seen > 30
    assert found == []


def test_what_is_secret_is_drawn_by_the_system_and_hashed_well() -> None:
    """No pseudo-random numbers near accounts, links and keys, and no hash that is broken."""
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        if path.relative_to(ROOT).as_posix().startswith(SECRET):
            assert not re.search(r"^\s*(import random|from random)", text, re.MULTILINE), path
        assert not re.search(r"hashlib\.(md5|sha1)\b", text), path


def test_nothing_goes_out_without_looking_at_the_certificate_or_follows_another_way() -> None:
    """Each request to the provider says so itself; the first of its session may not be led on either."""
    seen = 0
    for path in SOURCES:
        for name, call in calls(path):
            given = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
            assert given.get("verify") != "False", where(path, call)
            if name in ("session.get", "session.post", "requests.get", "requests.post"):
                seen += 1
                assert given.get("allow_redirects") == "False", where(path, call)
                assert "timeout" in given, where(path, call)
    assert seen >= 1


def test_no_template_marks_input_as_safe_or_loads_from_elsewhere() -> None:
    """Every text is escaped; pages are whole by themselves."""
    assert len(TEMPLATES) > 40
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        assert "autoescape false" not in text
        assert not re.search(r"\|\s*safe\b", text), path
        assert not re.search(r"(src|href|action)\s*=\s*[\"']?(https?:)?//", text), path
        assert not re.search(r"\bon(click|load|error|submit|change|input)\s*=", text), path
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        assert "from_string(" not in text, path
        for found in re.finditer(r"Markup\(([^)]*)\)", text):
            assert path.name == "rendering.py", (path, found[0])
    for path in STYLES:
        assert not re.search(r"url\(|@import", path.read_text(encoding="utf-8")), path


def test_the_script_stores_nothing_and_builds_no_page_from_text() -> None:
    """One short script, without what a browser keeps or runs."""
    forbidden = r"localStorage|sessionStorage|indexedDB|document\.cookie|innerHTML|outerHTML|insertAdjacent|\beval\b"
    (script,) = SCRIPTS
    text = script.read_text(encoding="utf-8")
    assert not re.search(rf"{forbidden}|new Function|document\.write|https?:|__proto__|postMessage", text)
    assert len(text) < 4000


@pytest.mark.parametrize("name", ["sign-in", "invitation", "account"])
def test_a_password_is_masked_and_may_be_pasted_and_managed(name: str) -> None:
    """Programs that keep passwords know which field it is; nothing hinders them."""
    text = (ROOT / "api" / "matcher_api" / "web" / "templates" / f"{name}.html.jinja").read_text(encoding="utf-8")
    fields = re.findall(r"<input[^>]*password[^>]*>", text)
    assert fields
    for field in fields:
        assert 'type="password"' in field
        assert re.search(r'autocomplete="(current|new)-password"', field)
        assert "onpaste" not in field
        assert "pattern=" not in field


def test_what_is_installed_has_nothing_of_tests_or_of_a_history() -> None:
    """The wheel is made of the two packages, in which nothing but code, texts and data lies."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"]
    assert told["wheel"]["packages"] == ["src/matcher", "api/matcher_api"]
    kinds = {path.suffix for folder in told["wheel"]["packages"] for path in (ROOT / folder).rglob("*.*")}
    assert kinds - {".pyc"} <= {
        ".py",
        ".typed",
        ".po",
        ".jinja",
        ".css",
        ".js",
        ".csv",
        ".json",
        ".txt",
        ".toml",
        ".svg",
    }

"""What all pages share: the templates' environment, the style, and its hash for the content policy."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from matcher.languages import Phrases


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """A page's style, which is our own and in which nothing is filled in, and its hash."""

    text: Markup
    digest: str


@cache
def style_of(*names: str) -> Style:
    """Return some style sheets of the templates as one."""
    folder = files("matcher.report").joinpath("templates")
    text = "".join(folder.joinpath(f"{name}.css").read_text(encoding="utf-8") for name in names)
    return Style(text=Markup(text), digest=base64.b64encode(hashlib.sha256(text.encode()).digest()).decode())


@cache
def environment() -> Environment:
    """Return the environment in which every page is rendered."""
    made = Environment(
        loader=PackageLoader("matcher.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["number"] = _number
    return made


def _number(value: float, say: Phrases, decimals: int | None = None, most: int = 2) -> str:
    return say.number(value, decimals, most)

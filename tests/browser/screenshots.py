"""Pictures of every page in both languages and at three widths; run as a module with the folder to write them into.

Names of pages after the folder renew these alone, and leave the others as they are. ``--dark`` before it takes them as
readers see them whose system is dark.
"""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
from itertools import chain
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, BrowserContext

from matcher.formats import write_problem
from matcher.service.invented import invented_city
from matcher.store import Role, Store, upgrade
from tests.browser.drafts import with_news
from tests.browser.newcomers import newcomer, sights_of_newcomers
from tests.browser.serving import NAME, browser, patient, served, signed_in
from tests.browser.sights import sights, sights_of_auditors, until_planned

WIDTHS = (320, 768, 1440)
TALLEST = {320: 1400, 768: 1200, 1440: 1000}
LANGUAGES = ("en", "sv")
COLOURS = 96
STAFF: tuple[Role, ...] = ("matcher", "planner")
AUDITORS: tuple[Role, ...] = ("auditor",)
Scheme = Literal["light", "dark"]


def take(folder: Path, only: frozenset[str] = frozenset(), scheme: Scheme = "light") -> int:
    """Write pictures into a folder and return how many: of some pages, or of all, for which it is emptied first."""
    if not only:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    count, left = 0, set(only)
    with tempfile.TemporaryDirectory() as made, Store(f"sqlite:///{made}/pictures.db") as store, browser() as opened:
        upgrade(store)
        workbook = Path(made) / "contracts.xlsx"
        write_problem(with_news(invented_city()), workbook)
        with served(store, is_demo=True) as address:
            guide = patient(signed_in(opened, store, address, *STAFF).new_page())
            readers, auditors = (
                {
                    (language, width): _context(opened, store, address, language, width, roles, scheme)
                    for language in LANGUAGES
                    for width in WIDTHS
                }
                for roles in (STAFF, AUDITORS)
            )
            newcomers = {
                (language, width): _context(opened, store, address, language, width, STAFF, scheme, is_new=True)
                for language, width in readers
            }
            until_planned(guide, f"{address}/")
            of_staff = ((sight, readers) for sight in sights(guide, address, workbook))  # the slowest come last
            of_newcomers = ((sight, newcomers) for sight in sights_of_newcomers(address))
            of_auditors = ((sight, auditors) for sight in sights_of_auditors(address))
            for sight, looks in chain(of_newcomers, of_auditors, of_staff):
                if only and sight.name not in only and looks is not newcomers:  # each of theirs follows the one before
                    continue
                left.discard(sight.name)
                for (language, width), context in looks.items():
                    look = patient(context.new_page())
                    sight.shown_on(look)
                    height = look.evaluate("document.documentElement.scrollHeight")
                    look.set_viewport_size({"width": width, "height": min(height, TALLEST[width])})
                    if not only or sight.name in only:
                        _write_small(look.screenshot(), folder / f"{sight.name}-{language}-{width}.png")
                        count += 1
                    look.close()
                if only and not left:
                    break
    return count


def _write_small(picture: bytes, path: Path) -> None:
    """Write a picture with as few colours as pages need: a quarter of the bytes."""
    with Image.open(io.BytesIO(picture)) as image:
        image.convert("RGB").quantize(COLOURS).save(path, optimize=True)


def _context(
    opened: Browser,
    store: Store,
    address: str,
    language: str,
    width: int,
    roles: tuple[Role, ...],
    scheme: Scheme,
    *,
    is_new: bool = False,
) -> BrowserContext:
    size = {"width": width, "height": 900}
    if is_new:
        name = f"Bo Ek {language} {width}"
        context = newcomer(opened, store, address, name, *roles, viewport=size, color_scheme=scheme)
    else:
        name = NAME if roles == STAFF else "Eva Dahl"
        context = signed_in(opened, store, address, *roles, name=name, viewport=size, color_scheme=scheme)
    context.add_cookies([{"name": "language", "value": language, "url": address}])
    return context


if __name__ == "__main__":
    given = [word for word in sys.argv[1:] if word != "--dark"]
    target = Path(given[0])
    scheme: Scheme = "dark" if "--dark" in sys.argv else "light"
    print(f"{take(target, frozenset(given[1:]), scheme)} pictures in {target}")

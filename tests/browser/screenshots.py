"""Pictures of every page in both languages and at three widths; run as a module with the folder to write them into.

Names of pages after the folder renew these alone, and leave the others as they are.
"""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, BrowserContext

from matcher.formats import write_problem
from matcher.service.invented import invented_city
from matcher.store import Store, upgrade
from tests.browser.drafts import with_news
from tests.browser.serving import browser, served, signed_in
from tests.browser.sights import sights, until_planned

WIDTHS = (320, 768, 1440)
TALLEST = {320: 1400, 768: 1200, 1440: 1000}
LANGUAGES = ("en", "sv")
COLOURS = 96


def take(folder: Path, only: frozenset[str] = frozenset()) -> int:
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
            guide = signed_in(opened, store, address, "matcher", "planner").new_page()
            looks = {
                (language, width): _context(opened, store, address, language, width)
                for language in LANGUAGES
                for width in WIDTHS
            }
            until_planned(guide, f"{address}/")
            for sight in sights(guide, address, workbook):
                if only and sight.name not in only:
                    continue
                left.discard(sight.name)
                for (language, width), context in looks.items():
                    look = context.new_page()
                    look.goto(sight.address)
                    height = look.evaluate("document.documentElement.scrollHeight")
                    look.set_viewport_size({"width": width, "height": min(height, TALLEST[width])})
                    _write_small(look.screenshot(), folder / f"{sight.name}-{language}-{width}.png")
                    look.close()
                    count += 1
                if only and not left:
                    break
    return count


def _write_small(picture: bytes, path: Path) -> None:
    """Write a picture with as few colours as pages need: a quarter of the bytes."""
    with Image.open(io.BytesIO(picture)) as image:
        image.convert("RGB").quantize(COLOURS).save(path, optimize=True)


def _context(opened: Browser, store: Store, address: str, language: str, width: int) -> BrowserContext:
    context = signed_in(opened, store, address, "matcher", "planner", viewport={"width": width, "height": 900})
    context.add_cookies([{"name": "language", "value": language, "url": address}])
    return context


if __name__ == "__main__":
    target = Path(sys.argv[1])
    print(f"{take(target, frozenset(sys.argv[2:]))} pictures in {target}")

"""Pictures of every page in both languages and at three widths; run as a module with the folder to write them into.

Names of pages after the folder renew these alone, and leave the others as they are. ``--dark`` before it takes them as
readers see them whose system is dark.
"""

from __future__ import annotations

import io
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count, product
from pathlib import Path
from typing import Any, Literal

from PIL import Image
from playwright.sync_api import Browser, BrowserContext

from matcher.formats import write_problem
from matcher.service.invented import invented_city
from matcher.store import Role, Store, upgrade
from tests.browser.drafts import with_news
from tests.browser.newcomers import newcomer, sights_of_newcomers
from tests.browser.outsiders import contact, keeper, sights_at_the_door, sights_of_contacts, sights_of_keepers
from tests.browser.serving import browser, patient, served, signed_in
from tests.browser.sights import PLAN_S, Sight, sights, sights_of_auditors, until_planned

WIDTHS = (320, 768, 1440)
TALLEST = {320: 1400, 768: 1200, 1440: 1000}
LANGUAGES = ("en", "sv")
COLOURS = 96
STAFF: tuple[Role, ...] = ("matcher", "planner")
AUDITORS: tuple[Role, ...] = ("auditor",)
PICTURE_S = PLAN_S // 1000 + 60
CLOSING_S = 30
Scheme = Literal["light", "dark"]
Look = tuple[str, int]  # language, width


def take(folder: Path, only: frozenset[str] = frozenset(), scheme: Scheme = "light") -> int:
    """Write pictures into a folder and return how many: of some pages, or of all, and then nothing else stays there."""
    folder.mkdir(parents=True, exist_ok=True)
    written: set[Path] = set()
    left = set(only)
    with tempfile.TemporaryDirectory() as made, Store(f"sqlite:///{made}/pictures.db") as store, browser() as opened:
        upgrade(store)
        workbook = Path(made) / "contracts.xlsx"
        write_problem(with_news(invented_city()), workbook)
        with served(store, is_demo=True) as address:
            for sight, readers in _all(opened, store, address, workbook, scheme):
                is_wanted = not only or sight.name in only
                if not is_wanted and not sight.leads_on:
                    continue
                for (language, width), context in readers.items():
                    path = folder / f"{sight.name}-{language}-{width}.png"
                    with at_most(PICTURE_S, path.name):
                        picture = _picture(context, sight, width)
                    if is_wanted:
                        _write_small(picture, path)
                        written.add(path)
                left.discard(sight.name)
                if only and not left:
                    break
    if left:
        raise SystemExit(f"There is no page named {', '.join(sorted(left))}.")
    for path in set() if only else set(folder.glob("*.png")) - written:  # of pages that are no more
        path.unlink()
    return len(written)


def _all(
    opened: Browser, store: Store, address: str, workbook: Path, scheme: Scheme
) -> Iterator[tuple[Sight, Mapping[Look, BrowserContext]]]:
    """Yield every page with those who look at it, in each language and at each width; the slowest come last."""

    def readers(make: Callable[..., BrowserContext], *arguments: Any, **options: Any) -> dict[Look, BrowserContext]:
        found = {}
        for language, width in product(LANGUAGES, WIDTHS):
            size = {"width": width, "height": 900}
            context = make(*arguments, viewport=size, color_scheme=scheme, **options)
            context.add_cookies([{"name": "language", "value": language, "url": address}])
            found[language, width] = context
        return found

    def of_newcomer(**options: Any) -> BrowserContext:
        name = f"Bo Ek {next(numbers)}"
        return newcomer(opened, store, address, name, *STAFF, **options)

    numbers = count(1)
    here = (opened, store, address)
    guide = patient(signed_in(*here, *STAFF).new_page())
    until_planned(guide, f"{address}/")
    strangers, newcomers = readers(opened.new_context), readers(of_newcomer)
    keepers, auditors = readers(keeper, *here), readers(signed_in, *here, *AUDITORS, name="Eva Dahl")
    staff = readers(signed_in, *here, *STAFF)
    yield from ((sight, strangers) for sight in sights_at_the_door(store, address))
    yield from ((sight, newcomers) for sight in sights_of_newcomers(address))
    yield from ((sight, keepers) for sight in sights_of_keepers(address))
    yield from ((sight, auditors) for sight in sights_of_auditors(address))
    for sight in sights(guide, address, workbook):
        yield sight, staff
        if sight.name == "decided":  # now there is somebody to be expected
            contacts = readers(contact, *here)
            yield from ((one, contacts) for one in sights_of_contacts(address))


def _picture(context: BrowserContext, sight: Sight, width: int) -> bytes:
    look = patient(context.new_page())
    try:
        sight.shown_on(look)
        height = look.evaluate("document.documentElement.scrollHeight")
        look.set_viewport_size({"width": width, "height": min(height, TALLEST[width])})
        return look.screenshot()
    finally:
        look.close()


@contextmanager
def at_most(seconds: int, name: str) -> Iterator[None]:
    """End the process where its block takes longer: some calls of a browser have no limit of their own."""

    def over(*_: object) -> None:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(CLOSING_S)  # where the browser does not close either, the system ends the process
        raise SystemExit(f"{name} was not there within {seconds} s. Renew its page alone by its name.")

    before = signal.signal(signal.SIGALRM, over)
    signal.alarm(seconds)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def _write_small(picture: bytes, path: Path) -> None:
    """Write a picture with as few colours as pages need: a quarter of the bytes."""
    with Image.open(io.BytesIO(picture)) as image:
        image.convert("RGB").quantize(COLOURS).save(path, optimize=True)


if __name__ == "__main__":
    given = [word for word in sys.argv[1:] if word != "--dark"]
    target = Path(given[0])
    scheme: Scheme = "dark" if "--dark" in sys.argv else "light"
    print(f"{take(target, frozenset(given[1:]), scheme)} pictures in {target}")

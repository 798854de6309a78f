"""``python -m benchmarks.load``: starts the service on a generated city and measures it from outside."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.load.database import City, made, opened
from benchmarks.load.lasting import lasting
from benchmarks.load.losing import lost
from benchmarks.load.paced import paced
from benchmarks.load.pages import shown
from benchmarks.load.results import Figures, merged, renew, store, stored
from benchmarks.load.service import Asker, Service, served, wait_for, wait_until_prepared, wait_until_quiet
from benchmarks.load.watching import watched
from benchmarks.machine import load
from matcher.generate import Size

PARTS = ("lists", "pages", "losses", "events", "suggestions", "memory")
LISTS = {
    "100 vacancies by start": ["/v1/vacancies?sort=start_date"],
    "100 candidates by their first day, the last first": ["/v1/candidates?sort=-available_from"],
    "100 candidates by municipality": ["/v1/candidates?sort=municipality"],
    "100 contracts of one buyer": ["/v1/contracts?buyer=school%20board&sort=start_date"],
}


def main() -> None:
    """Measure what is asked for, print it, and store it where that is asked for, too."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)}; or report, which renews the tables alone")
    parser.add_argument("--size", default="city", choices=[size.value for size in Size])
    parser.add_argument("--rate", type=float, default=50.0, help="requests in a second")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--minutes", type=float, default=30.0, help="for which memory is watched")
    parser.add_argument("--solve-limit", type=float, default=240.0, help="seconds for the one plan that is made")
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "matcher-load")
    parser.add_argument("--store", action="store_true", help="keep the figures and renew docs/operating.md")
    parser.add_argument("--missing", action="store_true", help="measure the pages alone that nothing is stored of")
    given = parser.parse_args()
    if given.parts == ["report"]:
        print("Renewed." if renew(stored()) else "Nothing differs.")
        return
    parts = tuple(given.parts) or PARTS[:5]
    if set(parts) - set(PARTS):
        parser.error(f"parts must be of {', '.join(PARTS)}, got {', '.join(parts)}")
    city = opened(made(given.keep, Size(given.size), given.solve_limit))
    with served(city.path) as service:
        _measure(service, city, parts, given)


def _told(rows: Iterator[object]) -> Iterator[object]:
    """Print what is measured as it comes, since the whole takes long."""
    for row in rows:
        print(row, flush=True)
        yield row


def _measure(service: Service, city: City, parts: tuple[str, ...], given: argparse.Namespace) -> None:
    """Measure part after part, and store each as soon as it is there: the whole takes an hour."""
    system = Asker.system(service, city.token)
    one = [f"/v1/vacancies/{vacancy_id}" for vacancy_id in city.vacancies]
    suggestions = [f"{path}/suggestions" for path in one]

    def keep(part: str, rows: list[object]) -> None:
        if given.store:
            store([Figures.of(part, given.size, rows)])
            renew(stored())

    def asked(paths_by_name: dict[str, list[str]]) -> list[object]:
        found = (
            paced(service, system, name, paths, given.rate, given.seconds, load())
            for name, paths in paths_by_name.items()
        )
        return list(_told(found))

    wait_for(Asker.browser(service, city.staff), "/candidates")  # the plan has been read, which is no request's time
    wait_until_quiet(service)
    if "lists" in parts:
        keep("lists", asked({"one vacancy": one, **LISTS}))
    if "pages" in parts:
        before = stored().get("pages")
        known = {row["address"] for row in before.rows} if given.missing and before is not None else ()
        # Each is kept as soon as it is there: whatever ends this loses one page.
        for page in _told(shown(service, city, known)):
            keep("pages", merged(stored().get("pages"), given.size, page))
    if "losses" in parts:
        keep("losses", list(_told(iter([lost(service, city)]))))
    if "events" in parts:
        keep("events", list(_told(iter([watched(service, city, one[0], given.rate, given.seconds, load())]))))
    if "suggestions" in parts:
        wait_for(system, suggestions[0])
        wait_until_prepared(system, len(city.vacancies))
        keep("suggestions", asked({"suggestions": suggestions}))
    if "memory" in parts:
        keep("memory", list(_told(lasting(service, city, given.rate, given.minutes))))


if __name__ == "__main__":
    main()

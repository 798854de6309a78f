"""Which pages the bar names: each day's work one by one, the rest under a word for each kind, so that it is one row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from matcher.languages import message

# So many pages stand side by side: whoever may see few of them has nothing to open.
MOST_SIDE_BY_SIDE = 7
# Pages that are reached from another one, by how their addresses begin.
BELOW = {"/runs": "/plan"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Pages of one kind.

    Parameters
    ----------
    name : str or None
        Under which they stand; ``None`` where each stands in the bar by itself.
    pages : tuple of (str, str)
        Address and name of each.
    """

    name: str | None
    pages: tuple[tuple[str, str], ...]

    def holds(self, address: str | None) -> bool:
        """Tell whether a page is one of these."""
        return any(address == one for one, _ in self.pages)


GROUPS = (
    Group(
        name=None,
        pages=(
            ("/", message("Today")),
            ("/proposals", message("Proposals")),
            ("/placements", message("Follow-ups")),
            ("/contracts", message("Contracts")),
            ("/vacancies", message("Vacancies")),
            ("/candidates", message("Candidates")),
            ("/courses", message("Courses")),
            ("/accepted", message("Accepted")),
        ),
    ),
    Group(
        name=message("Planning"),
        pages=(("/plan", message("Plan")), ("/what-if", message("What if")), ("/import", message("Import"))),
    ),
    # What the city, its auditors and the public ask: figures, oversight, equality, the log.
    Group(
        name=message("Insight"),
        pages=(
            ("/figures", message("Figures")),
            ("/oversight", message("Oversight")),
            ("/equality", message("Equality")),
            ("/audit", message("The audit log")),
            ("/requests", message("Requests")),
            ("/law", message("Law")),
        ),
    ),
    Group(
        name=message("Administration"),
        pages=(
            ("/accounts", message("Accounts")),
            ("/identities", message("Identities")),
            ("/retention", message("Retention")),
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """What the bar shows to one reader: the groups of which there is something to see."""

    groups: tuple[Group, ...]

    @property
    def is_short(self) -> bool:
        """Tell whether all pages stand side by side."""
        return sum(len(group.pages) for group in self.groups) <= MOST_SIDE_BY_SIDE

    def folds(self, group: Group) -> bool:
        """Tell whether a group stands below its name."""
        return group.name is not None and len(group.pages) > 1 and not self.is_short


def bar_for(may: Callable[[str, str], bool]) -> Bar:
    """Return what the bar shows.

    Parameters
    ----------
    may : callable
        Whether the reader may use a method at an address: nobody is shown a way that is closed.
    """
    open_to = (
        Group(name=group.name, pages=tuple(page for page in group.pages if may("GET", page[0]))) for group in GROUPS
    )
    return Bar(groups=tuple(group for group in open_to if group.pages))


def place_of(path: str) -> str | None:
    """Return the page of the bar that a path lies below, if any."""
    for begin, address in BELOW.items():
        if path.startswith(begin):
            return address
    known = [address for group in GROUPS for address, _ in group.pages if address != "/"]
    return next((one for one in known if path == one or path.startswith(f"{one}/")), "/" if path == "/" else None)

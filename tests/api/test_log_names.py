"""How the audit log's page names what its entries are about, and which page it leads to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import pytest

from matcher.service.desk import Desk
from matcher_api.web.log_names import LogName, log_name


@dataclass(frozen=True)
class There:
    """Who and what is there, as much of a desk as names need."""

    people: dict[str, None]
    places: dict[str, None]

    @property
    def reading(self) -> There:
        return self


DESK = cast("Desk", There(people={"A|1": None, "C/1": None}, places={"B|2": None}))


@pytest.mark.parametrize(
    ("entity", "entity_id", "name", "address"),
    [
        ("pairs", "A|1|B|2", "A|1 – B|2", "/vacancies/B%7C2/people/A%7C1"),
        ("pairs", "A|1|B|3", "A|1|B|3", None),  # nobody knows where it parts
        ("pairs", "gone|B2", "gone – B2", None),
        ("candidates", "C/1", "C/1", "/candidates/C%2F1"),
        ("candidates", "gone", "gone", None),
        ("vacancies", "B|2", "B|2", "/vacancies/B%7C2"),
        ("runs", "1", "1", None),
        ("proposals", None, "", None),
    ],
)
def test_what_an_entry_is_about_is_named_and_leads_to_its_page(
    entity: str, entity_id: str | None, name: str, address: str | None
) -> None:
    """Ids may have the bar that parts them in the log; what is not there any more has no page."""
    assert log_name(entity, entity_id, DESK) == LogName(name=name, address=address)
    assert log_name(entity, entity_id, None).address is None

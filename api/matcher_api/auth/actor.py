"""Who asks: the person or system behind a request, as endpoints see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from starlette.exceptions import HTTPException

from matcher.store import Rights, Role, Store, sees_row


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Somebody who has signed in, or another system with a token.

    Parameters
    ----------
    name : str
        What the logs say, and what ``by=`` wants.
    rights : Rights
    account_id : int or None
        ``None`` for another system.
    is_in_browser : bool
        Known by a cookie, which a browser sends along whoever asks it to: forms need their token.
    lacks_second_factor : bool
        Whether the account is of use only once it has a second factor.
    """

    name: str
    rights: Rights
    account_id: int | None
    is_in_browser: bool
    lacks_second_factor: bool = False

    @property
    def roles(self) -> frozenset[Role]:
        """Return the roles."""
        return self.rights.roles

    @property
    def is_limited(self) -> bool:
        """Tell whether some units' candidates or some contracts' vacancies are not theirs to see."""
        return self.rights.units is not None or self.rights.contracts is not None


def actor_if_any(request: Request) -> Actor | None:
    """Return who asks, if that is known: `Guard` has found it out."""
    found: Actor | None = getattr(request.state, "actor", None)
    return found


async def _signed(request: Request) -> Actor:
    found = actor_if_any(request)
    if found is None:
        raise HTTPException(401)
    return found


# What an endpoint asks for: ``def accept(..., actor: Signed)``, and then ``by=actor.name``.
Signed = Annotated[Actor, Depends(_signed)]


def require_mine(store: Store, actor: Actor, thing: object) -> None:
    """Answer 404 where what is sent names something that is not the actor's to see, as if it were not there.

    Parameters
    ----------
    store : Store
    actor : Actor
    thing : object
        A row or a body, whose ``candidate_id``, ``vacancy_id`` and the like are looked at.
    """
    if not actor.is_limited:
        return
    with store.reading() as session:
        is_mine = sees_row(session, actor.rights, thing)
    if not is_mine:
        raise HTTPException(404)

"""Does what a request asks once, however often it is sent: by the key that the asker gives it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from matcher.store import KeptAnswer, Store, WritingSession, keep_answer, kept_answer

__all__ = ["KeptAnswer", "Once"]

Act = Callable[[WritingSession], KeptAnswer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Once:
    """One request, told apart from others by a key of the asker's.

    Parameters
    ----------
    store : Store
    asker : str
        Two askers may use the same key.
    key : str or None
        ``None``: it is done each time that it is sent.
    request_hash : str
        Of everything that was asked.
    """

    store: Store
    asker: str
    key: str | None
    request_hash: str

    def answer(self, act: Act) -> KeptAnswer:
        """Do what is asked, or return the answer that was given before.

        Parameters
        ----------
        act : callable
            Does it in a transaction and returns the answer.

        Raises
        ------
        Conflict
            Where something else was asked under the same key (``reused_key``).
        """
        with self.store.writing() as session:
            known = self.known(session)
            return self.keep(session, act(session)) if known is None else known

    def known(self, session: WritingSession) -> KeptAnswer | None:
        """Return the answer that was given before, where there is one."""
        return None if self.key is None else kept_answer(session, self.asker, self.key, self.request_hash)

    def keep(self, session: WritingSession, answer: KeptAnswer) -> KeptAnswer:
        """Keep an answer in the transaction that does what was asked, and return it."""
        if self.key is not None:
            keep_answer(session, self.asker, self.key, self.request_hash, answer)
        return answer

"""What an installation may set, each by an environment variable that begins with MATCHER_."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """The settings of one process, read from the environment and checked when it starts.

    Parameters
    ----------
    max_body_mb : int
        Largest request that is read; a larger one is refused before it has been received.
    max_rows : int
        Most rows of one table of a problem sent to be solved.
    solve_time_limit_s : float
        Longest that one request may solve; a request may ask for less.
    solve_memory_limit_mb : int
        Memory of the process at which a solve ends with its best plan.
    solve_slots : int
        Solves at the same time; more are asked to come back.
    database : str or None
        Address of the database; without one there is an invented city in a file of its own.
    public_address : str or None
        What people type, for links and cookies where a proxy stands before the service: ``https://matcher.example``.
    session_hours, session_idle_minutes : int
        How long somebody stays signed in at most, and without doing anything.
    """

    model_config = SettingsConfigDict(env_prefix="MATCHER_", frozen=True)

    max_body_mb: Annotated[int, Field(ge=1, le=1024)] = 64
    max_rows: Annotated[int, Field(ge=1)] = 50_000
    solve_time_limit_s: Annotated[float, Field(gt=0)] = 60.0
    solve_memory_limit_mb: Annotated[int, Field(ge=256)] = 4096
    solve_slots: Annotated[int, Field(ge=1)] = 2
    database: str | None = None
    public_address: Annotated[str | None, Field(pattern=r"^https?://[^/?#@\s]+$")] = None
    session_hours: Annotated[int, Field(ge=1, le=24)] = 12
    session_idle_minutes: Annotated[int, Field(ge=1, le=24 * 60)] = 60

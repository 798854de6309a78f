"""Makes the application when it is imported: once, in the process that others are forked from."""

from __future__ import annotations

from tests.trust.writing import application

application()

"""What people write in their own words: refused where a personal number stands in it, before it is stored for good."""

from __future__ import annotations

from matcher.errors import Fault, InvalidInput
from matcher.personal_numbers import has_personal_number


def require_no_personal_number(table: str, **texts: str | None) -> None:
    """Raise `InvalidInput` where one of some texts has a personal or coordination number.

    Parameters
    ----------
    table : str
        What the texts belong to.
    **texts
        By the names of their fields.
    """
    faults = [
        Fault(
            code="personal_number",
            table=table,
            field=field,
            must=f"have {field} without a personal or coordination number",
            remedy="Write the pseudonym instead: who it is stands in the vault of identities alone.",
        )
        for field, text in texts.items()
        if text is not None and has_personal_number(text)
    ]
    if faults:
        raise InvalidInput(faults)

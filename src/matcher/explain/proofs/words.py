"""The words of what was found by solving again, in English; the catalogues hold the translations."""

from __future__ import annotations

from decimal import Decimal

from matcher.explain.proofs.losses import AimLoss, Loss
from matcher.languages import Phrases, message

# What an amount of an aim is called where the plan is worse by it, and where it is better.
WORSE = {
    "shortfall": message("{amount} more person equivalents owed and not delivered"),
    "placements": message("{amount} fewer placements expected to last"),
    "cost": message("{amount} kronor more"),
    "changes": message("{amount} more changes for people who have been told"),
}
BETTER = {
    "shortfall": message("{amount} fewer person equivalents owed and not delivered"),
    "placements": message("{amount} more placements expected to last"),
    "cost": message("{amount} kronor less"),
    "changes": message("{amount} fewer changes for people who have been told"),
}


def loss_text(loss: Loss, say: Phrases) -> str:
    """Return what is given up, aim after aim: exact amounts, then at most one that is known between two numbers."""
    parts = []
    if loss.broken_promises:
        parts.append(say.plural("{count} more broken promise", "{count} more broken promises", loss.broken_promises))
    for aim in loss.aims:
        if not aim.is_exact:
            parts += [] if aim.least is None or (parts and not aim.found) else [_between(aim, say)]
            break
        if aim.found:
            parts.append(amount_text(aim.aim, aim.found, say))
    return say.listed(parts) if parts else say.text("nothing is lost")


def amount_text(aim: str, amount: Decimal, say: Phrases) -> str:
    """Return a loss, or where it is negative a gain, in one aim."""
    words = WORSE if amount >= 0 else BETTER
    return say.text(words[aim], amount=say.number(abs(amount), most=6))


def between_text(aim: str, least: str, most: str, say: Phrases) -> str:
    """Return a loss in one aim that is known between two numbers."""
    return say.text(WORSE[aim], amount=say.text("between {least} and {most}", least=least, most=most))


def _between(aim: AimLoss, say: Phrases) -> str:
    assert aim.least is not None  # both are known, or neither is
    assert aim.most is not None
    return between_text(aim.aim, say.number(aim.least, most=6), say.number(aim.most, most=6), say)

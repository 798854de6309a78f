"""Losses as people read them: in their words, rounded to two decimals, and never to a nothing that they are not."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from matcher.explain.proofs import FirstLoss, Loss, Ranked
from matcher.languages import Phrases, message

SMALLEST = {"cost": Decimal(1)}  # whole kronor; other amounts are shown in hundredths
HUNDREDTH = Decimal("0.01")
PROMISES = "promises"

WORSE = {
    "shortfall": message("contracts lack {amount} more of the people they are owed"),
    "placements": message("{amount} fewer lasting placements"),
    "cost": message("{amount} kr more for training"),
    "changes": message("{amount} more changes for people who have been told"),
}
BETTER = {
    "shortfall": message("contracts lack {amount} fewer of the people they are owed"),
    "placements": message("{amount} more lasting placements"),
    "cost": message("{amount} kr less for training"),
    "changes": message("{amount} fewer changes for people who have been told"),
}


def cost_words(entry: Ranked, say: Phrases) -> str:
    """Return what the plan loses where somebody has a place; between two amounts where that is all that is proven."""
    least = _first(entry.least, say)
    if entry.most is None and entry.least.aim is None:
        return say.text("not known")
    if entry.most is None:
        return say.text("at least: {least}", least=least)
    most = _first(entry.most, say)
    if least == most:
        return least
    if entry.least.aim == entry.most.aim and entry.least.aim in WORSE:
        low, high = (say.number(_rounded(str(entry.least.aim), loss.amount)) for loss in (entry.least, entry.most))
        between = say.text("between {least} and {most}", least=low, most=high)
        return say.text(WORSE[str(entry.least.aim)], amount=between)
    if entry.least.aim is None:
        return say.text("at most: {most}", most=most)
    return say.text("from: {least}, to: {most}", least=least, most=most)


def loss_words(loss: Loss, say: Phrases) -> list[str]:
    """Return what is lost, aim after aim, as far as it can be seen at two decimals: the first counts, more may follow.

    What is better comes only after something that is worse: that is what it is paid with.
    """
    parts = []
    if loss.broken_promises:
        parts.append(say.plural("{count} more broken promise", "{count} more broken promises", loss.broken_promises))
    for aim in loss.aims:
        amount = _rounded(aim.aim, aim.found)
        if amount:
            parts.append(_words(aim.aim, amount, say))
    return parts or [say.text("nothing is lost") if loss.is_nothing else say.text("almost nothing is lost")]


def _first(loss: FirstLoss, say: Phrases) -> str:
    if loss.aim is None:
        return say.text("nothing is lost")
    if loss.aim == PROMISES:
        return say.plural("{count} more broken promise", "{count} more broken promises", int(loss.amount))
    amount = _rounded(loss.aim, loss.amount)
    return _words(loss.aim, amount, say) if amount else say.text("almost nothing is lost")


def _words(aim: str, amount: Decimal, say: Phrases) -> str:
    return say.text((WORSE if amount > 0 else BETTER)[aim], amount=say.number(abs(amount)))


def _rounded(aim: str, amount: Decimal) -> Decimal:
    return amount.quantize(SMALLEST.get(aim, HUNDREDTH), ROUND_HALF_UP) + Decimal(0)

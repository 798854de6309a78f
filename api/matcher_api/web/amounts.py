"""Losses as people read them: rounded to two decimals, and never to a nothing that they are not."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from matcher.explain.proofs import FirstLoss, Loss, Ranked
from matcher.explain.proofs.texts import first_loss_text
from matcher.explain.proofs.words import WORSE, amount_text
from matcher.languages import Phrases

SMALLEST = {"cost": Decimal(1)}  # whole kronor; other amounts are shown in hundredths
HUNDREDTH = Decimal("0.01")


def cost_words(entry: Ranked, say: Phrases) -> str:
    """Return what the plan loses where somebody has a place; between two amounts where that is all that is proven."""
    least = _first(entry.least, say)
    if entry.most is None:
        return say.text("at least: {least}", least=least)
    most = _first(entry.most, say)
    if least == most:
        return least
    if entry.least.aim == entry.most.aim and entry.least.aim is not None:
        low, high = (say.number(_rounded(entry.least.aim, loss.amount)) for loss in (entry.least, entry.most))
        between = say.text("between {least} and {most}", least=low, most=high)
        return say.text(WORSE[entry.least.aim], amount=between)
    if entry.least.aim is None:
        return say.text("at most: {most}", most=most)
    return say.text("from: {least}, to: {most}", least=least, most=most)


def loss_words(loss: Loss, say: Phrases) -> str:
    """Return the first things that are lost, aim after aim, as far as they can be seen at two decimals."""
    parts = []
    if loss.broken_promises:
        parts.append(say.plural("{count} more broken promise", "{count} more broken promises", loss.broken_promises))
    for aim in loss.aims:
        amount = _rounded(aim.aim, aim.found)
        if amount:
            parts.append(amount_text(aim.aim, amount, say))
    if parts:
        return say.listed(parts)
    return say.text("nothing is lost") if loss.is_nothing else say.text("almost nothing is lost")


def _first(loss: FirstLoss, say: Phrases) -> str:
    if loss.aim is None or loss.aim not in WORSE:
        return first_loss_text(loss, say)
    amount = _rounded(loss.aim, loss.amount)
    if not amount:
        return say.text("almost nothing is lost")
    return first_loss_text(replace(loss, amount=amount), say)


def _rounded(aim: str, amount: Decimal) -> Decimal:
    return amount.quantize(SMALLEST.get(aim, HUNDREDTH), ROUND_HALF_UP) + Decimal(0)

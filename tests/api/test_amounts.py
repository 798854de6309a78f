"""What a decision costs, in the few words of a page."""

from __future__ import annotations

from decimal import Decimal

import pytest

from matcher.explain.proofs import FirstLoss, Ranked
from matcher.explain.proofs.texts import cost_text
from matcher.languages import Language
from matcher_api.web.amounts import cost_words
from tests.languages.strict import strict_phrases

NOTHING = FirstLoss(aim=None, amount=Decimal(0))


def ranked(least: FirstLoss, most: FirstLoss | None) -> Ranked:
    return Ranked(candidate_id="C1", cohort_ids=(), placed_at=(), least=least, most=most)


@pytest.mark.parametrize(("language", "words"), [("en", "not known"), ("sv", "inte känt")])
def test_where_neither_end_is_known_no_loss_is_told(language: Language, words: str) -> None:
    """Of a plan whose proof is open: "at least nothing" is no answer."""
    say = strict_phrases(language)

    assert cost_words(ranked(NOTHING, None), say) == words
    assert words in cost_text(ranked(NOTHING, None), say)


def test_a_least_loss_is_told_where_that_alone_is_known() -> None:
    least = FirstLoss(aim="placements", amount=Decimal("0.5"))

    assert cost_words(ranked(least, None), strict_phrases("en")).startswith("at least: 0.5 fewer lasting placements")

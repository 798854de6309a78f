"""From a problem to its columns: eligibility on dates, skill gaps, routes, the outcome model, weights."""

from matcher.features.build import build_blocks, build_columns
from matcher.features.changed import changed_columns
from matcher.features.outcome import outcome_model

__all__ = ["build_blocks", "build_columns", "changed_columns", "outcome_model"]

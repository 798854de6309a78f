"""Realistic problems in three sizes, drawn from sourced facts by a seed: invented people, contracts and cohorts."""

from matcher.generate.case import generate
from matcher.generate.sizes import PLANNING_DAY, Size

__all__ = ["PLANNING_DAY", "Size", "generate"]

"""Optimal matching of candidates, training cohorts and contract vacancies for municipalities."""

__version__ = "0.1.0"

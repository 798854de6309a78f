"""What each what-if question's answer says, in the reader's language: from a result to a study."""

from matcher.report.studies.simulation import simulation_study

__all__ = ["simulation_study"]

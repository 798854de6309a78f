"""What each what-if question's answer says, in the reader's language: from a result to a study."""

from matcher.report.studies.equality import equality_study, rule_text
from matcher.report.studies.frontier import frontier_study
from matcher.report.studies.requirement import requirement_study
from matcher.report.studies.rolling import rolling_study
from matcher.report.studies.scenarios import scenario_study
from matcher.report.studies.simulation import simulation_study
from matcher.report.studies.society import society_rows, with_simulated_society, with_society
from matcher.report.studies.worth import thing_text, worth_study

__all__ = [
    "equality_study",
    "frontier_study",
    "requirement_study",
    "rolling_study",
    "rule_text",
    "scenario_study",
    "simulation_study",
    "society_rows",
    "thing_text",
    "with_simulated_society",
    "with_society",
    "worth_study",
]

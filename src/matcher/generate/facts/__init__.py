"""What is known about work, training and people in Sweden: tables with the source of each figure."""

from matcher.generate.facts.tables import (
    ContractKindFact,
    CourseFact,
    Facts,
    MunicipalityFact,
    OccupationFact,
    OccupationSkillFact,
    ScaleFact,
    SkillFact,
    facts,
)

__all__ = [
    "ContractKindFact",
    "CourseFact",
    "Facts",
    "MunicipalityFact",
    "OccupationFact",
    "OccupationSkillFact",
    "ScaleFact",
    "SkillFact",
    "facts",
]

"""What-if questions that take many solves or draws: asked for as jobs, worked out by workers, read in any form."""

from matcher.service.studies.asking import (
    KINDS,
    QUESTIONS,
    AskedStudy,
    ask_study,
    ask_study_over,
    problem_of_study,
    question_from,
    values_of,
)
from matcher.service.studies.effort import Question
from matcher.service.studies.reading import (
    FORMS,
    ComparablePlan,
    Form,
    StudyPage,
    StudyRow,
    comparable_plans,
    study_file,
    study_in,
    study_page,
    study_row,
    study_rows,
)
from matcher.service.studies.working import make_study

__all__ = [
    "FORMS",
    "KINDS",
    "QUESTIONS",
    "AskedStudy",
    "ComparablePlan",
    "Form",
    "Question",
    "StudyPage",
    "StudyRow",
    "ask_study",
    "ask_study_over",
    "comparable_plans",
    "make_study",
    "problem_of_study",
    "question_from",
    "study_file",
    "study_in",
    "study_page",
    "study_row",
    "study_rows",
    "values_of",
]

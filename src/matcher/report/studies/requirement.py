"""What a tender can promise: the largest number by a day, the earliest day for a number, and why no more."""

from __future__ import annotations

from collections.abc import Iterator

from matcher.languages import Phrases, group_name, message
from matcher.report.words import UNITS
from matcher.whatif.study import Cell, KeyFigure, Study, StudyColumn, StudyTable
from matcher.whatif.tender import Requirement, RequirementStudy

VERDICTS = {
    "yes": message("can be delivered"),
    "no": message("proven to be too much"),
    "open": message("not decided by any proof"),
}


def requirement_study(study: RequirementStudy, say: Phrases) -> Study:
    """Return what a tender can promise.

    Parameters
    ----------
    study : RequirementStudy
    say : Phrases
    """
    answers = (*study.largest, *study.earliest)
    sentences = [_answer_text(each, study, say, is_earliest=each in study.earliest) for each in answers]
    return Study(
        question="requirement",
        title=sentences[0] if sentences else say.text("Nothing was asked about."),
        sentences=(*sentences[1:], *_sentences(study, say)),
        figures=tuple(_figures(study, say)),
        tables=(_answers(study, say), _tried(study, say), *_plans(study, say)),
        assumptions=(
            say.text("Everybody begins on or before the day, and not before {start}.", start=study.start),
            say.text("Promises are kept: what people have accepted, and seats that they have been given."),
            say.text("Others are owed no more than without the tender, taken together in person equivalents."),
        ),
        limits=(
            say.text("People can drop out and suppliers can refuse: 'matcher whatif simulate' says how likely it is."),
            say.text("What is not in the problem (people who come later, other tenders) is not counted on."),
        ),
        made_from=((say.text("problem"), study.problem_hash), (say.text("contract"), study.contract_id)),
    )


def _group(answer: Requirement, say: Phrases) -> str:
    if answer.group is None:
        return say.text("everybody")
    return say.listed(group_name(name, say) for name in answer.group.split(", "))


def _amount(number: int, study: RequirementStudy, say: Phrases) -> str:
    if study.unit == "persons":
        return say.plural("{count} person", "{count} people", number)
    return f"{say.number(number)} {say.text(UNITS[study.unit])}"


def _answer_text(answer: Requirement, study: RequirementStudy, say: Phrases, *, is_earliest: bool) -> str:
    group = _group(answer, say)
    if answer.quantity is None or answer.by is None:
        asked = answer.tried[0].quantity if answer.tried else 0
        text = say.text("{amount} cannot be promised by any day looked at", amount=_amount(asked, study, say))
    elif is_earliest:
        text = say.text(
            "{amount} can be promised from {day} on", amount=_amount(answer.quantity, study, say), day=answer.by
        )
    else:
        text = say.text(
            "{amount} at most can be promised by {day}", amount=_amount(answer.quantity, study, say), day=answer.by
        )
    ending = "" if answer.is_proven else say.text(", perhaps better: that is not proven")
    return f"{text} ({group}){ending}."


def _sentences(study: RequirementStudy, say: Phrases) -> Iterator[str]:
    if study.owed.value:
        yield say.text(
            "Without the tender {owed} person equivalents are left owed to others, and no more with it.",
            owed=study.owed.value,
        )
    else:
        yield say.text("Everything owed to others is delivered, without the tender and with it.")


def _figures(study: RequirementStudy, say: Phrases) -> Iterator[KeyFigure]:
    for number, answer in enumerate(study.largest):
        yield KeyFigure(
            name=f"largest_{number}",
            title=say.text("At most by {day}", day=answer.by),
            value=answer.quantity,
            kind="count",
            note=_group(answer, say),
        )
    for number, answer in enumerate(study.earliest):
        yield KeyFigure(
            name=f"earliest_{number}",
            title=say.text("Earliest day"),
            value=answer.by,
            kind="day",
            note=_group(answer, say),
        )


def _answers(study: RequirementStudy, say: Phrases) -> StudyTable:
    rows: list[tuple[Cell, ...]] = []
    for question, answers in ((say.text("largest"), study.largest), (say.text("earliest"), study.earliest)):
        for answer in answers:
            sure = say.text("yes") if answer.is_proven else say.text("no")
            rows.append((question, _group(answer, say), answer.quantity, answer.by, sure))
    return StudyTable(
        name="answers",
        title=say.text("What can be promised"),
        columns=(
            StudyColumn(name="question", title=say.text("Question")),
            StudyColumn(name="group", title=say.text("Target group")),
            StudyColumn(name="quantity", title=say.text(UNITS[study.unit]), kind="count"),
            StudyColumn(name="by", title=say.text("By"), kind="day"),
            StudyColumn(name="is_proven", title=say.text("Proven")),
        ),
        rows=tuple(rows),
    )


def _tried(study: RequirementStudy, say: Phrases) -> StudyTable:
    return StudyTable(
        name="tried",
        title=say.text("What was tried"),
        columns=(
            StudyColumn(name="group", title=say.text("Target group")),
            StudyColumn(name="quantity", title=say.text(UNITS[study.unit]), kind="count"),
            StudyColumn(name="by", title=say.text("By"), kind="day"),
            StudyColumn(name="verdict", title=say.text("Result")),
        ),
        rows=tuple(
            (_group(answer, say), each.quantity, each.by, say.text(VERDICTS[each.verdict]))
            for answer in (*study.largest, *study.earliest)
            for each in sorted(answer.tried, key=lambda one: (one.by, one.quantity))
        ),
    )


def _plans(study: RequirementStudy, say: Phrases) -> Iterator[StudyTable]:
    rows: list[tuple[Cell, ...]] = []
    for answer in (*study.largest, *study.earliest):
        if answer.plan is None or answer.problem is None:
            continue
        own = {row.vacancy_id for row in answer.problem.vacancies if row.contract_id == study.contract_id}
        for entry in answer.plan.assignments:
            if entry.vacancy_id in own:
                courses = ", ".join(entry.cohort_ids) or None
                rows.append((_group(answer, say), entry.candidate_id, entry.vacancy_id, courses, entry.start_date))
    yield StudyTable(
        name="people",
        title=say.text("By whom it would be delivered"),
        columns=(
            StudyColumn(name="group", title=say.text("Target group")),
            StudyColumn(name="candidate_id", title=say.text("Person")),
            StudyColumn(name="vacancy_id", title=say.text("Vacancy")),
            StudyColumn(name="cohorts", title=say.text("Cohorts")),
            StudyColumn(name="start", title=say.text("Start"), kind="day"),
        ),
        rows=tuple(rows),
    )

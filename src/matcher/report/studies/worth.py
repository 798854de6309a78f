"""What one more of each thing is worth, the most useful first, with the certificate's prices beside it."""

from __future__ import annotations

from collections.abc import Iterator

from matcher.languages import Phrases, message, skill_name
from matcher.report.studies.differences import (
    aims_of,
    difference_cells,
    difference_columns,
    difference_text,
    is_gain,
    proof_text,
    proven_limits,
)
from matcher.report.words import AIM_UNITS, AIMS
from matcher.whatif.study import Cell, Chart, Point, Series, Study, StudyColumn, StudyTable
from matcher.whatif.worth import Worth, WorthStudy

THINGS = {
    "seat": message("one more seat in {name}"),
    "money": message("{money} kronor more in {name}"),
    "week": message("{name} one week later"),
    "requirement": message("{name} without {skill}"),
}
MOST_BARS = 20


def worth_study(study: WorthStudy, say: Phrases) -> Study:
    """Return what the worth of one more says.

    Parameters
    ----------
    study : WorthStudy
    say : Phrases
    """
    ranked = study.ranked
    return Study(
        question="value",
        title=_title(ranked, study, say),
        sentences=tuple(_sentences(study, say)),
        tables=(_table(ranked, study, say),),
        charts=tuple(_charts(ranked, study, say)),
        assumptions=(
            say.text("Each thing is added alone to the problem as it is, and the problem is solved again."),
            say.text(
                "A week later moves a contract, its end and its vacancies' own dates; courses stay where they are."
            ),
        ),
        limits=(
            *proven_limits(say),
            say.text("Two things together can be worth more, or less, than the sum: ask with a scenario."),
            say.text("A price bounds what one more can be worth; only solving again says what it is worth."),
        ),
        made_from=((say.text("problem"), study.problem_hash),),
    )


def thing_text(worth: Worth, study: WorthStudy, say: Phrases) -> str:
    """Return what there is one more of."""
    thing = worth.one_more
    values = {"name": thing.entity_id}
    if thing.kind == "money":
        values["money"] = say.number(study.money)
    if thing.kind == "requirement":
        values["skill"] = skill_name(thing.skill or "", say)
    return say.text(THINGS[thing.kind], **values)


def _title(ranked: tuple[Worth, ...], study: WorthStudy, say: Phrases) -> str:
    best = ranked[0] if ranked else None
    if best is None or not is_gain(best.tiers):
        return say.text("One more of anything asked about is worth nothing.")
    return say.text(
        "Worth most: {thing} ({what}).",
        thing=thing_text(best, study, say),
        what=difference_text(best.tiers, say),
    )


def _sentences(study: WorthStudy, say: Phrases) -> Iterator[str]:
    useful = sum(is_gain(worth.tiers) for worth in study.worths)
    yield say.plural(
        "{useful} of {count} thing gains.",
        "{useful} of {count} things gain.",
        len(study.worths),
        useful=useful,
    )
    impossible = [worth for worth in study.worths if worth.plan is None]
    if impossible:
        names = [thing_text(worth, study, say) for worth in impossible]
        yield say.text("People's decisions exclude one another with: {things}.", things=say.listed(names))


def _table(ranked: tuple[Worth, ...], study: WorthStudy, say: Phrases) -> StudyTable:
    aims = aims_of([worth.tiers for worth in ranked])
    priced = [aim for aim in aims if aim != "cost"]
    return StudyTable(
        name="worth",
        title=say.text("What one more is worth, by solving again"),
        columns=(
            StudyColumn(name="thing", title=say.text("One more")),
            *difference_columns(aims, say),
            *(
                StudyColumn(name=f"{aim}_price", title=say.text("price: {aim}", aim=say.text(AIMS[aim])))
                for aim in priced
            ),
            StudyColumn(name="proof", title=say.text("Proof")),
        ),
        rows=tuple(
            (
                thing_text(worth, study, say),
                *difference_cells(aims, worth.tiers),
                *(_price(worth, aim, say) for aim in priced),
                proof_text(worth.tiers, say) if worth.tiers else say.text("no plan"),
            )
            for worth in ranked
        ),
        note=say.text(
            "The price is what the certificate of the plan says of one more; where the proof has several cases, from "
            "the lowest to the highest of them. Weeks and requirements have none."
        ),
    )


def _price(worth: Worth, aim: str, say: Phrases) -> Cell:
    for dual in worth.duals:
        if dual.tier == aim:
            least, most = (say.number(end, most=4) for end in (dual.least, dual.most))
            return least if least == most else say.text("{low} to {high}", low=least, high=most)
    return None


def _charts(ranked: tuple[Worth, ...], study: WorthStudy, say: Phrases) -> Iterator[Chart]:
    for aim in ("shortfall", "placements"):
        points = [
            Point(x=thing_text(worth, study, say), y=float(tier.difference))
            for worth in ranked[:MOST_BARS]
            for tier in worth.tiers
            if tier.tier == aim and tier.difference is not None
        ]
        if any(point.y for point in points):
            yield Chart(
                name=aim,
                title=say.text("difference: {aim}", aim=say.text(AIMS[aim])),
                kind="bar",
                x_title=say.text("One more"),
                y_title=say.text(AIM_UNITS[aim]),
                series=(Series(name=aim, title=say.text(AIMS[aim]), points=tuple(points)),),
                table="worth",
            )

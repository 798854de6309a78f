"""Equality: figures equal to fairlearn's, small cells that nobody can work out, and a planted proxy that is found."""

from __future__ import annotations

import random
import warnings
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import mutual_info_score

from matcher.errors import InvalidInput
from matcher.features import build_columns
from matcher.formats import plan_to_text
from matcher.languages import phrases
from matcher.problem import GroupMembership, Problem, without_undeclared
from matcher.report import equality_study, study_document
from matcher.solve import solve
from matcher.whatif.equality import (
    Attribute,
    attributes_of_groups,
    attributes_of_table,
    equality_audit,
    impact_ratio,
    rates_of,
    rules_of,
    shut_out_by,
    without_rule,
)
from matcher.whatif.equality.rates import SMALLEST, hidden_values
from matcher.whatif.equality.requirements import effects_on
from tests import builders as b
from tests.languages.strict import strict_phrases

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # fairlearn's own, about libraries that it loads
    from fairlearn.metrics import (
        MetricFrame,
        demographic_parity_difference,
        demographic_parity_ratio,
        selection_rate,
    )


def drawn(seed: int, num_people: int = 400) -> tuple[Attribute, set[str]]:
    """Return people of three groups who are selected at different rates."""
    draw = random.Random(seed)
    chances = {"a": draw.random(), "b": draw.random(), "c": draw.random()}
    values = {f"C{number}": draw.choice("aabbc") for number in range(num_people)}
    chosen = {name for name, value in values.items() if draw.random() < chances[value]}
    return Attribute(name="origin", is_group=False, value_by_candidate=values), chosen


@pytest.mark.parametrize("seed", range(5))
def test_rates_differences_and_ratios_are_fairlearns(seed: int) -> None:
    """By group and between groups, to the last digit; mutual information is scikit-learn's."""
    attribute, chosen = drawn(seed)
    people = list(attribute.value_by_candidate)
    groups = [attribute.value_by_candidate[name] for name in people]
    selected = [int(name in chosen) for name in people]

    reading = rates_of(attribute, chosen)

    frame = MetricFrame(metrics=selection_rate, y_true=selected, y_pred=selected, sensitive_features=groups)
    assert {one.value: one.rate.value for one in reading.rates if one.rate} == pytest.approx(frame.by_group.to_dict())
    between: dict[str, Any] = {"y_true": selected, "y_pred": selected, "sensitive_features": groups}
    assert reading.difference == pytest.approx(demographic_parity_difference(**between))
    assert reading.ratio == pytest.approx(demographic_parity_ratio(**between))
    assert reading.information_bits == pytest.approx(mutual_info_score(groups, selected) / np.log(2), abs=1e-12)


def test_the_interval_of_a_ratio_covers_as_it_says() -> None:
    """Of 2 000 draws some 95 % of the intervals hold the ratio that they were drawn with."""
    draw = np.random.default_rng(1)
    xs, ys = draw.binomial(60, 0.3, 2000), draw.binomial(90, 0.5, 2000)
    ratios = [impact_ratio((int(x), 60), (int(y), 90)) for x, y in zip(xs, ys, strict=True)]
    covered = np.mean([one is not None and one.low <= 0.6 <= one.high for one in ratios])
    assert 0.93 <= covered <= 0.97


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from("abcdefgh"),
        st.integers(0, 40).flatmap(lambda people: st.tuples(st.just(people), st.integers(0, people))),
        min_size=1,
    )
)
def test_no_small_cell_is_shown_or_can_be_worked_out(counts: dict[str, tuple[int, int]]) -> None:
    """What is left out is small alone or hides what is; from the totals only sums of two groups or more follow."""
    shut = hidden_values(counts)

    def cells(values: set[str]) -> list[int]:
        people, chosen = (sum(counts[value][place] for value in values) for place in (0, 1))
        return [people, chosen, people - chosen]

    for value in counts.keys() - shut:
        assert not any(0 < count < SMALLEST for count in cells({value}))
    is_everything = shut == set(counts)
    if shut and not is_everything:
        assert len(shut) > 1
        assert not any(0 < count < SMALLEST for count in cells(shut))


def test_a_second_group_is_left_out_with_a_small_one() -> None:
    """The smallest other one, so that the total minus what is shown is not the small group."""
    assert hidden_values({"a": (100, 50), "b": (30, 10), "c": (3, 1)}) == {"b", "c"}
    assert hidden_values({"a": (100, 50), "b": (30, 10)}) == set()
    assert hidden_values({"a": (100, 99), "b": (30, 10)}) == {"a", "b"}  # one who is not selected


def town(seed: int = 3, num_people: int = 160) -> tuple[Problem, Attribute]:
    """Return a town in which one requirement nearly shuts out one of two origins, and another one neither."""
    draw = random.Random(seed)
    origins = {f"C{number:03}": "north" if number % 2 else "south" for number in range(num_people)}
    skills = []
    for name, origin in origins.items():
        if draw.random() < {"north": 0.9, "south": 0.15}[origin]:
            skills.append(b.held_skill(name, "swedish-c1"))
        if draw.random() < 0.6:
            skills.append(b.held_skill(name, "forklift"))
    problem = b.problem(
        candidates=[b.candidate(name, available_from="2026-01-01") for name in origins],
        candidate_skills=skills,
        vacancies=[b.vacancy("V1", 60), b.vacancy("V2", 60)],
        vacancy_skills=[b.required_skill("V1", "swedish-c1"), b.required_skill("V2", "forklift")],
    )
    return problem, Attribute(name="origin", is_group=False, value_by_candidate=origins)


def test_a_planted_proxy_is_flagged_and_a_neutral_rule_is_not() -> None:
    """The language that nearly shuts out one origin is pointed at, with what passing it tells of the origin."""
    problem, attribute = town()
    audit = equality_audit(problem, solve(problem).plan, [attribute], without="skill:swedish-c1")

    assert [effect.rule for effect in audit.proxies] == ["skill:swedish-c1"]
    (proxy,) = audit.proxies
    south = next(rate for rate in proxy.passes.rates if rate.value == "south")
    assert south.ratio is not None
    assert south.ratio.high < 0.5
    assert (proxy.passes.information_share or 0) > 0.3
    neutral = next(effect for effect in audit.effects if effect.rule == "skill:forklift")
    assert (neutral.passes.information_share or 0) < 0.05
    assert audit.without is not None
    assert audit.without.placements >= audit.without.placements_before
    before, after = audit.outcomes[0].readings[0], audit.without.readings[0]
    assert (before.difference or 0) > (after.difference or 0)
    for say in (strict_phrases("en"), strict_phrases("sv")):
        study = equality_study(audit, say)
        assert "swedish-c1" in " ".join(study.sentences)
        assert {table["name"] for table in study_document(study)["tables"]} == {
            *("rates", "differences", "shut_out", "passes", "without"),
        }


def test_hardly_anything_is_flagged_where_a_group_is_drawn_by_lot() -> None:
    """Of 100 attributes without any meaning at most three are flagged by any rule: all comparisons count together."""
    problem, attribute = town()
    found = shut_out_by(problem)
    assert {one.rule for one in found} == {"start", "skill:swedish-c1", "skill:forklift"}
    flagged = 0
    for seed in range(100):
        draw = random.Random(seed)
        values = {name: draw.choice("xy") for name in attribute.value_by_candidate}
        effects = effects_on(replace(attribute, value_by_candidate=values), found)
        flagged += any(effect.passes.is_flagged(len(found)) for effect in effects)
    assert flagged <= 3


def rich() -> Problem:
    """Return a town in which each rule shuts one person out: C1 by none, C2 to C8 each by another."""
    start = {"available_from": "2026-01-01"}
    candidates = [
        b.candidate("C1", groups=("youth",), **start),
        b.candidate("C2", groups=("youth",), available_from="2027-06-01"),
        b.candidate("C3", groups=("youth",), available_until="2026-02-01", **start),
        b.candidate("C4", **start),
        b.candidate("C5", groups=("youth",), occupations=("9412",), **start),
        b.candidate("C6", groups=("youth",), extent_percent=25, **start),
        b.candidate("C7", groups=("youth",), municipality="0180", max_distance_km=30.0, **start),
        b.candidate("C8", groups=("youth",), **start),
        b.candidate("C9", groups=("youth",), **start),
    ]
    return b.problem(
        candidates=candidates,
        candidate_skills=[b.held_skill(row.candidate_id, "c") for row in candidates if row.candidate_id != "C8"],
        vacancies=[
            b.vacancy("V1", 9, occupation="5111", groups=("youth",), municipality="1480", start_date="2026-09-01")
        ],
        vacancy_skills=[b.required_skill("V1", "c")],
        municipalities=[b.municipality(), b.municipality("0180", 59.3293, 18.0686)],
        decisions=[b.decision("C9", "V1", "forbidden")],
        quotas=[b.quota("Q1", "youth", max_count=3, hard=True)],
    )


def test_each_rule_alone_shuts_out_whom_it_should() -> None:
    """Dropping a rule opens a place to exactly the person whom it alone keeps out, and to nobody else."""
    problem = rich()
    assert {one.rule: sorted(one.nowhere) for one in shut_out_by(problem)} == {
        "start": ["C2"],
        "available_until": ["C3"],
        "group": ["C4"],
        "occupation": ["C5"],
        "extent": ["C6"],
        "distance": ["C7"],
        "skill:c": ["C8"],
        "decision": ["C9"],
    }
    assert rules_of(problem)[-1] == "quota:Q1"
    assert without_rule(problem, "quota:Q1").quotas == ()
    assert [row.groups for row in problem.vacancies] == [("youth",)]
    with pytest.raises(InvalidInput, match="be a hard rule of the problem"):
        without_rule(problem, "skill:magic")


def test_attributes_are_read_with_every_fault_and_without_a_value_in_any() -> None:
    """Rows of others, twice, incomplete, or of a table without its columns: told by line, and no value repeated."""
    text = "\ufeffcandidate_id,attribute,value\nC1,sex,woman\nC2,sex,man\n\nC1,sex,man\nC9,sex,secret\nC2,,x\n"
    with pytest.raises(InvalidInput) as caught:
        attributes_of_table(text, {"C1", "C2"})
    assert [fault.line for fault in caught.value.faults] == [5, 6, 7]
    assert "secret" not in str(caught.value)
    (sex,) = attributes_of_table(text.split("\n\n", maxsplit=1)[0], {"C1", "C2"})
    assert sex.value_by_candidate == {"C1": "woman", "C2": "man"}
    for bad in ("", "id,attribute,value\n", "candidate_id,attribute,value\n" + "".join(f"C1,a{n},x\n" for n in (1, 1))):
        with pytest.raises(InvalidInput):
            attributes_of_table(bad, {"C1"})
    many = "candidate_id,attribute,value\n" + "".join(f"C{number},year,{number}\n" for number in range(60))
    with pytest.raises(InvalidInput, match="have at most 50 values of year"):
        attributes_of_table(many, {f"C{number}" for number in range(60)})


@pytest.mark.parametrize("seed", range(6))
def test_a_plan_does_not_look_at_what_is_no_declared_rule(seed: int) -> None:
    """Attributes of an audit, and groups that no rule names, may be anything: the plan stays the same, byte by byte.

    A group that a vacancy, an obligation, a quota or the policy names is a declared rule, and does matter.
    """
    draw = random.Random(seed)
    problem, attribute = town(seed, 40)
    quota = b.quota("Q1", "youth", min_count=3, hard=True)
    candidates = tuple(
        replace(row, groups=(GroupMembership(group="youth"),)) if draw.random() < 0.3 else row
        for row in problem.candidates
    )
    problem = replace(problem, candidates=candidates, quotas=(quota,))
    plan = solve(problem, seed=seed).plan
    swapped = {name: draw.choice(("north", "south")) for name in attribute.value_by_candidate}
    equality_audit(problem, plan, [replace(attribute, value_by_candidate=swapped)])
    assert plan_to_text(solve(problem, seed=seed).plan) == plan_to_text(plan)

    undeclared = [GroupMembership(group=name) for name in ("women", "born-abroad", "faith", "union")]
    changed = replace(
        problem,
        candidates=tuple(
            replace(row, groups=(*row.groups, *draw.sample(undeclared, draw.randint(0, 4))))
            for row in problem.candidates
        ),
    )
    assert changed != problem
    again = solve(changed, seed=seed).plan
    # The fingerprint says what was read, and nothing else of the plan may differ.
    assert plan_to_text(replace(again, problem_hash=plan.problem_hash)) == plan_to_text(plan)
    assert {one.name for one in attributes_of_groups(changed)} >= {"women", "faith"}
    # What a run of the service reads has the declared ones alone; that changes no plan either.
    assert without_undeclared(changed) == without_undeclared(problem)
    read = solve(without_undeclared(changed), seed=seed).plan
    assert plan_to_text(replace(read, problem_hash=plan.problem_hash)) == plan_to_text(plan)


def test_a_declared_group_does_matter() -> None:
    """The same change of a group that a quota names gives another plan: the property above can fail."""
    people = [b.candidate(f"C{number}", available_from="2026-01-01") for number in range(6)]
    problem = b.problem(
        candidates=people, vacancies=[b.vacancy("V1", 2)], quotas=[b.quota("Q1", "youth", min_count=2, hard=True)]
    )
    placed = {entry.candidate_id for entry in solve(problem).plan.assignments}
    others = [row for row in people if row.candidate_id not in placed][:2]
    changed = replace(
        problem,
        candidates=tuple(
            replace(row, groups=(GroupMembership(group="youth"),)) if row in others else row for row in people
        ),
    )
    assert {entry.candidate_id for entry in solve(changed).plan.assignments} == {row.candidate_id for row in others}


def test_what_is_declared_is_no_proxy_for_itself() -> None:
    """A place for the young keeps others out, as it should; where the young are of one origin, it stands for that."""
    people = [b.candidate(f"C{number:02}", groups=("youth",) if number < 40 else ()) for number in range(80)]
    problem = b.problem(candidates=people, vacancies=[b.vacancy("V1", 20, groups=("youth",))])
    origins = {row.candidate_id: "north" if number < 32 else "south" for number, row in enumerate(people)}
    origin = Attribute(name="origin", is_group=False, value_by_candidate=origins)
    audit = equality_audit(problem, solve(problem).plan, [*attributes_of_groups(problem), origin])
    assert [(one.rule, one.passes.attribute) for one in audit.proxies] == [("group", "origin")]


def test_a_problem_of_scored_pairs_has_rates_and_quotas_alone() -> None:
    """Whoever scored the pairs has applied the rules; only quotas can be left out."""
    people = [b.candidate(f"C{number}", groups=("youth",) if number < 8 else ()) for number in range(20)]
    problem = b.problem(
        candidates=people,
        vacancies=[b.vacancy("V1", 10)],
        pairs=[b.pair(row.candidate_id, "V1", Decimal("0.5")) for row in people],
        quotas=[b.quota("Q1", "youth", max_count=2, hard=True)],
    )
    assert rules_of(problem) == ["quota:Q1"]
    audit = equality_audit(problem, solve(problem).plan, attributes_of_groups(problem), without="quota:Q1")
    assert audit.effects == ()
    assert audit.without is not None
    counts = Counter(len(build_columns(each).candidate) for each in (problem, without_rule(problem, "quota:Q1")))
    assert counts == {20: 2}
    assert phrases("en").text("Rates by group") == equality_study(audit, phrases("en")).tables[0].title

"""The page of a plan: what it says, what it never says, and that everybody can read it."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from matcher.errors import Fault, InvalidInput
from matcher.explain import PlanReading, Reading
from matcher.explain.proofs import Again, Prover
from matcher.languages import Language
from matcher.plan import Delivery, QuotaBreach
from matcher.problem import LeftOut
from matcher.report import page as page_module
from matcher.report import report_page, write_report
from matcher.solve import solve
from tests import builders as b
from tests.explain.plans import assignment, plan
from tests.languages.strict import strict_phrases
from tests.report.stories import facts, small_city, small_plan

VOID = {"meta", "line", "rect", "br", "link", "input"}
STYLE = (Path(page_module.__file__).parent / "templates" / "style.css").read_text(encoding="utf-8")


class Outline(HTMLParser):
    """Collects the elements of a page and checks that they are nested properly."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """Return the attributes of every element of a kind."""
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(autouse=True)
def _strict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_module, "phrases", strict_phrases)


def page(language: Language = "en", **tables: Any) -> str:
    """Return the page of the small plan."""
    problem = small_city(**tables)
    made = small_plan(problem)
    return report_page(problem, made, facts(problem, made), language)


def text_of(html: str) -> str:
    """Return what a reader sees, without style, on one line."""
    body = re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)).replace(" ,", ",")


def test_headline_figures_and_proof_open_the_page() -> None:
    """Within seconds a reader knows how many positions are filled, who is trained, what is proven, and against what."""
    said = text_of(page())

    assert "4 of 6 positions are filled in time." in said
    assert "3 people are trained first, in 2 cohorts." in said
    assert "2 of 2 contracts get what they are owed." in said
    assert "no plan does more than 0.00012% better in obligations and lasting placements, in this order." in said
    assert "Taking the best remaining pair first, as is done by hand, would fill only 3." in said
    assert "A proposal, not a decision." in said


def test_every_person_stands_with_place_route_and_start() -> None:
    """Each placement names the pseudonym, the vacancy, the cohorts with their dates and the start."""
    said = text_of(page())

    assert "C2 Kitchen assistant V1 Kitchen 1 May 2026 – 30 June 2026 · K1 1 September 2026" in said
    assert "C1 Kitchen assistant V1 none needed 1 September 2026" in said
    assert "C4 Driver V2 C licence 2 March 2026 – 28 August 2026 · K2 · already enrolled 5 October 2026" in said


def test_a_priced_wait_stands_beside_the_start() -> None:
    """Days after the first one are shown where the policy puts a price on them, and only there."""
    problem = b.problem(
        candidates=[b.candidate(available_from="2026-09-02")],
        vacancies=[b.vacancy(latest_start_date="2026-10-01")],
        policy=b.policy(lateness_per_week=Decimal("0.03")),
    )
    shown = []
    for one in (problem, replace(problem, policy=b.policy())):
        made = plan(one, assignment(start="2026-09-02"))
        shown.append("1 day after the first" in text_of(report_page(one, made, facts(one, made), "en")))

    assert shown == [True, False]


def test_open_positions_come_with_their_proven_reason() -> None:
    """The two cleaners' places stay open because nobody is in the group, and that is said with numbers."""
    said = text_of(page())

    assert "Nobody is eligible 2 positions · 1 vacancy" in said
    assert "4 people: not in the target group on the start day" in said


@pytest.mark.parametrize("language", ["en", "sv"])
def test_what_solving_again_bore_out_stands_beside_the_open_position(language: Language) -> None:
    """Where it was asked for, the proven reason and what would fill the position stand in the same row."""
    problem = small_city()
    made = solve(problem, gap=0.0).plan
    proven = Prover(Again(problem, made), PlanReading(Reading(problem), made)).why_open()
    told = report_page(problem, made, replace(facts(problem, made), proven=proven), language)
    untold = report_page(problem, made, facts(problem, made), language)

    said = {"en": "Why not, proven by solving again:", "sv": "Varför inte, bevisat genom att lösa på nytt:"}[language]
    assert text_of(told).count(said) == len(made.unfilled)
    assert said not in text_of(untold)


@pytest.mark.parametrize("language", ["en", "sv"])
def test_page_is_one_self_contained_document_without_script(language: Language) -> None:
    """Nothing is loaded, nothing runs, and the policy that says so matches the style that is there."""
    html = page(language)
    outline = Outline(html.removeprefix("<!doctype html>"))

    assert outline.all("html") == [{"lang": language}]
    assert not outline.all("script")
    assert not any({"src", "style", "onclick", "srcset"} & attributes.keys() for _, attributes in outline.elements)
    assert all((link["href"] or "").startswith("#") for link in outline.all("a"))
    assert "http://" not in html
    assert "https://" not in html
    assert "url(" not in html
    assert "@import" not in html
    (style,) = re.findall(r"<style>(.*?)</style>", html, flags=re.DOTALL)
    (policy,) = [meta["content"] for meta in outline.all("meta") if meta.get("http-equiv")]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


@pytest.mark.parametrize("language", ["en", "sv"])
def test_headings_tables_and_links_can_be_followed_without_sight(language: Language) -> None:
    """One first heading, no level skipped, a caption and scopes in each table, links that lead somewhere."""
    outline = Outline(page(language).removeprefix("<!doctype html>"))

    levels = [int(tag[1]) for tag, _ in outline.elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert len(outline.all("caption")) == len(outline.all("table"))
    assert all("scope" in header for header in outline.all("th"))
    ids = Counter(attributes["id"] for _, attributes in outline.elements if "id" in attributes)
    assert max(ids.values()) == 1
    named = {link["href"] for link in outline.all("a")}
    named |= {f"#{attributes['aria-labelledby']}" for attributes in outline.all("section")}
    assert named <= {f"#{name}" for name in ids}
    (drawing,) = [one for one in outline.all("svg") if one.get("role") == "img"]
    assert all(name in ids for name in (drawing["aria-labelledby"] or "").split())
    assert all("aria-hidden" in one for one in outline.all("svg") if one is not drawing)


def test_what_others_wrote_stays_text() -> None:
    """A title with markup in it is shown as it was written and does nothing."""
    contracts = [b.contract("T1", title="<script>alert(1)</script>"), b.contract("T2", start_date="2026-10-05")]
    html = page(contracts=contracts)

    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_unchecked_plan_claims_nothing() -> None:
    """Without the checker's word there is no proven gap, no bound and no word of verification."""
    problem = small_city()
    made = small_plan(problem)
    said = text_of(report_page(problem, made, facts(problem, made, is_checked=False), "en"))

    assert "The plan has not been checked, so nothing is proven about it yet." in said
    assert "verified" not in said
    assert "Proven gap" not in said
    assert "2.900003" not in said


def test_missed_obligation_and_broken_quota_are_shown_as_such() -> None:
    """What a contract lacks and by how many persons a quota is broken stands in words, not in colour alone."""
    problem = small_city()
    made = small_plan(
        problem,
        shortfalls=(
            Delivery(contract_id="T1", required=Decimal(3), delivered=Decimal("2.5")),
            Delivery(contract_id="T2", required=Decimal(1), delivered=Decimal(1)),
        ),
        quota_breaches=(QuotaBreach(quota_id="Q1", short=Decimal(2), excess=Decimal(0)),),
    )
    said = text_of(report_page(problem, made, facts(problem, made), "en"))

    assert "Not met in full 1 contract" in said
    assert "3 people 2.5" in said
    assert "2 short" in said


def test_what_was_left_out_is_listed() -> None:
    """Contracts that were not matched because a cell is empty are not forgotten."""
    fault = Fault(code="needs_input", table="contracts", entity_id="T9", field="start_date", must="x", remedy="y")
    left_out = LeftOut(contract_ids=("T9",), vacancy_ids=("V8", "V9"), faults=(fault,))
    problem = small_city()
    made = small_plan(problem)
    said = text_of(report_page(problem, made, facts(problem, made, left_out=left_out), "en"))

    assert "1 contract and 2 vacancies were left out." in said
    assert "contracts T9 start_date" in said


@pytest.mark.parametrize("language", ["en", "sv"])
def test_problem_without_dates_has_no_timeline(language: Language) -> None:
    """A ready-scored problem without dates still gives a page."""
    problem = b.problem(
        candidates=[b.candidate()], vacancies=[b.vacancy(start_date=None)], pairs=[b.pair("C1", "V1", "0.5")]
    )
    made = plan(problem, assignment("C1", "V1", start=None))
    html = report_page(problem, made, facts(problem, made), language)

    assert 'id="timeline"' not in html
    assert ("Without dates" if language == "en" else "Utan datum") in html
    Outline(html.removeprefix("<!doctype html>"))


def test_plan_that_places_nobody_is_a_page_too() -> None:
    """An empty plan says so and divides by nothing."""
    problem = small_city()
    made = plan(problem)
    said = text_of(report_page(problem, made, facts(problem, made, baseline=None), "en"))

    assert "0 of 6 positions are filled" in said
    assert "Nobody is placed." in said


def test_page_of_a_city_stays_small() -> None:
    """Three thousand placements in five hundred contracts stay under five megabytes, closed by month."""
    contracts = [b.contract(f"T{n}", title=f"Contract number {n} in a city district") for n in range(500)]
    problem = small_city(
        candidates=[b.candidate(f"C{n}", available_from="2026-01-01") for n in range(3000)],
        contracts=contracts,
        vacancies=[b.vacancy(f"V{n}", 6, contract_id=f"T{n}", title="Kitchen assistant") for n in range(500)],
        vacancy_skills=[],
        candidate_skills=[],
        enrolments=[],
    )
    made = plan(problem, *(assignment(f"C{n}", f"V{n // 6}", "K1") for n in range(3000)))
    html = report_page(problem, made, facts(problem, made, unfilled=()), "sv")

    assert len(html.encode()) < 5_000_000
    assert html.count("<details") < 20
    assert html.count("<details open") + html.count('<details class="month" open') <= 2


def test_equal_plans_give_equal_pages(tmp_path: Path) -> None:
    """The page holds no time of day and no order of chance."""
    assert page() == page()
    problem = small_city()
    made = small_plan(problem)
    path = tmp_path / "plan.html"
    write_report(problem, made, facts(problem, made), path, "en")
    assert path.read_text(encoding="utf-8") == page()
    assert [found.name for found in tmp_path.iterdir()] == ["plan.html"]


def test_page_that_cannot_be_written_is_refused_by_name(tmp_path: Path) -> None:
    """A folder that is not there is the reader's mistake, said in a sentence."""
    problem = small_city()
    made = small_plan(problem)

    with pytest.raises(InvalidInput, match="writable"):
        write_report(problem, made, facts(problem, made), tmp_path / "no" / "plan.html", "en")


def test_plan_without_leading_aims_speaks_of_those_it_has() -> None:
    """Where the policy pursues cost alone, the proof is about cost."""
    problem = small_city()
    made = small_plan(problem)
    cost = replace(made, tiers=made.tiers[2:3])

    assert "no plan does better in cost." in text_of(report_page(problem, cost, facts(problem, cost), "en"))


def luminance(colour: str) -> float:
    """Return the relative luminance of ``#rrggbb`` (WCAG 2.1)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_text_stands_out_from_its_ground(scheme: int) -> None:
    """Every pair of text and ground reaches 4.5 to 1, every drawn thing 3 to 1 (WCAG 2.1 AA)."""
    blocks = re.findall(r":root \{([^}]*--page[^}]*)\}", STYLE)
    colour = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", blocks[scheme]))

    def contrast(front: str, ground: str) -> float:
        light, dark = sorted((luminance(colour[front]), luminance(colour[ground])), reverse=True)
        return (light + 0.05) / (dark + 0.05)

    texts = [("ink", "page"), ("ink", "surface"), ("ink", "zebra"), ("quiet", "surface"), ("quiet", "zebra")]
    texts += [("quiet", "page"), ("link", "surface"), ("link", "accent-soft"), ("good", "good-soft")]
    texts += [("bad", "bad-soft"), ("start-ink", "start"), ("surface", "quiet"), ("top-ink", "top")]
    texts += [("top-quiet", "top")]
    assert all(contrast(*pair) >= 4.5 for pair in texts), {pair: contrast(*pair) for pair in texts}
    drawn = [("accent", "surface"), ("start", "surface"), ("accent", "track"), ("bad", "track"), ("start", "page")]
    assert all(contrast(*pair) >= 3 for pair in drawn), {pair: contrast(*pair) for pair in drawn}


def test_optional_cohorts_say_whether_they_run_in_this_plan() -> None:
    """One that the plan opens, and one that it does not."""
    cohorts = [
        b.cohort("K1", "U1", start_date="2026-05-01", seats=4, status="optional"),
        b.cohort("K2", "U1", start_date="2026-05-04", seats=4, status="optional"),
    ]
    problem = small_city(cohorts=cohorts, enrolments=[], budgets=[])
    made = plan(problem, assignment("C2", "V1", "K1"))
    text = text_of(report_page(problem, made, facts(problem, made), "en"))
    assert "K1 · opened by this plan" in text
    assert "K2 · does not run in this plan" in text


def test_resources_stand_with_what_is_left_of_them() -> None:
    """Only where there are any, with the amounts that the plan's pairs use."""
    problem = b.problem(
        candidates=[b.candidate("C1")],
        vacancies=[b.vacancy("V1")],
        resources=[b.resource("hours", "12.5")],
        pairs=[b.pair("C1", "V1", resource_id="hours", resource_use=Decimal("3.25"))],
    )
    made = plan(problem, assignment("C1", "V1"))
    shown = text_of(report_page(problem, made, facts(problem, made), "en"))

    assert "hours 12.5 3.25 9.25" in shown
    assert "Resources" not in text_of(page())

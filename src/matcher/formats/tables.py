"""The list of all tables and columns of format version 1."""

from __future__ import annotations

from matcher.formats.kinds import (
    BOOLEAN,
    CODE,
    DATE,
    DECIMAL,
    GROUPS,
    ID,
    INTEGER,
    LIST,
    NUMBER,
    SKILLS,
    TEXT,
    WORD,
    Kind,
)
from matcher.formats.schema import Column, Table
from matcher.problem import (
    Budget,
    Candidate,
    Cohort,
    Contract,
    Course,
    Decision,
    Enrolment,
    HeldSkill,
    Municipality,
    Pair,
    PastPlacement,
    Quota,
    RequiredSkill,
    Resource,
    Vacancy,
)
from matcher.problem.rules import DECISION_KINDS, QUOTA_SCOPES, RESOURCE_SCOPES
from matcher.problem.training import COHORT_STATUSES
from matcher.problem.work import (
    CONTRACT_STATUSES,
    OBLIGATION_KINDS,
    OBLIGATION_UNITS,
    SKILL_KINDS,
    SKILL_ORIGINS,
    VACANCY_FORMS,
)


def _required(name: str, kind: Kind, example: str, meaning: str, words: tuple[str, ...] = ()) -> Column:
    return Column(name=name, kind=kind, example=example, meaning=meaning, words=words, is_required=True)


def _optional(name: str, kind: Kind, example: str, meaning: str, words: tuple[str, ...] = ()) -> Column:
    return Column(name=name, kind=kind, example=example, meaning=meaning, words=words)


_CANDIDATE = _required("candidate_id", ID, "C17", "Pseudonym of the candidate.")
_VACANCY = _required("vacancy_id", ID, "V3", "The vacancy.")

TABLES: tuple[Table, ...] = (
    Table(
        name="candidates",
        row_type=Candidate,
        meaning="People who may be prepared and placed.",
        columns=(
            _CANDIDATE,
            _required("available_from", DATE, "2026-06-01", "First day on which a course or a job may begin."),
            _optional("groups", GROUPS, "youth:2027-03-31;disability", "Target groups of the person."),
            _optional("municipality", CODE, "0180", "Code of the municipality where the person lives."),
            _optional("max_distance_km", NUMBER, "40", "Longest way to work or course; empty: no limit."),
            _optional("extent_percent", INTEGER, "75", "How much the person can work, 1 to 100; empty: 100."),
            _optional("max_placements", INTEGER, "1", "Most vacancies in a plan; empty: 1."),
            _optional("occupations", LIST, "5321;91", "Accepted SSYK 2012 codes; a short code stands for its group."),
            _optional("max_trainings", INTEGER, "2", "Most cohorts for this person; empty: what the policy allows."),
            _optional("months_out_of_work", INTEGER, "14", "Counts for priority only; empty: 0."),
            _optional("available_until", DATE, "2027-12-31", "Last day on which a job may begin."),
        ),
    ),
    Table(
        name="candidate_skills",
        row_type=HeldSkill,
        meaning="Skills that candidates hold.",
        columns=(
            _CANDIDATE,
            _required("skill", ID, "forklift", "The skill: a word of your own, or a concept of a taxonomy."),
            _optional("level", INTEGER, "2", "1 to 9; a higher level meets a lower requirement; empty: 1."),
            _optional("valid_until", DATE, "2028-01-31", "Last day on which it is valid; empty: without end."),
        ),
    ),
    Table(
        name="contracts",
        row_type=Contract,
        meaning="Awarded or expected contracts and what they oblige the supplier to.",
        columns=(
            _required("contract_id", ID, "T5", "The contract."),
            Column(
                name="start_date",
                kind=DATE,
                example="2026-09-01",
                meaning="First day; may be empty until a person has supplied it.",
                is_required=True,
                may_be_empty=True,
            ),
            _optional("buyer", TEXT, "Göteborgs Stad", "Who buys."),
            _optional("supplier", TEXT, "Park och Vinter AB", "Who has the obligation."),
            _optional("title", TEXT, "Skötsel av parker", "What is bought, in words."),
            _optional("cpv", CODE, "77310000", "What is bought, as a CPV 2008 code."),
            _optional("municipality", CODE, "1480", "Code of the municipality of the work."),
            _optional("end_date", DATE, "2028-08-31", "Last day."),
            _optional("obligation_quantity", DECIMAL, "6", "How much employment is owed; empty: nothing is stated."),
            _optional("obligation_unit", WORD, "persons", "In what; empty: persons.", OBLIGATION_UNITS),
            _optional("obligation_kind", WORD, "required", "How binding; empty: required.", OBLIGATION_KINDS),
            _optional("groups", LIST, "youth;disability", "Target groups that count; empty: everybody counts."),
            _optional("status", WORD, "awarded", "Empty: awarded.", CONTRACT_STATUSES),
        ),
    ),
    Table(
        name="vacancies",
        row_type=Vacancy,
        meaning="Places to work, each with a number of equal positions.",
        columns=(
            _VACANCY,
            _required("positions", INTEGER, "2", "How many, at least 1."),
            _optional("contract_id", ID, "T5", "The contract that created it."),
            _optional("occupation", CODE, "9210", "SSYK 2012 code."),
            _optional("title", TEXT, "Parkarbetare", "What it is called."),
            _optional("start_date", DATE, "2026-09-01", "Empty: the contract's start."),
            _optional("latest_start_date", DATE, "2026-11-01", "Last day on which work may begin; empty: the start."),
            _optional("form", WORD, "employment", "Empty: employment.", VACANCY_FORMS),
            _optional("extent_percent", INTEGER, "100", "1 to 100; empty: 100."),
            _optional("duration_months", DECIMAL, "12", "Empty: until the contract ends."),
            _optional("municipality", CODE, "1480", "Empty: the contract's."),
            _optional("groups", LIST, "youth", "Reserved for members of one of these; empty: the contract's groups."),
            _optional("resource_id", ID, "plats-kok", "What every placement uses some of, such as a shared place."),
            _optional("resource_use", DECIMAL, "4", "How much, at most six decimals; empty: its months of full time."),
        ),
    ),
    Table(
        name="vacancy_skills",
        row_type=RequiredSkill,
        meaning="Skills that vacancies require or prefer.",
        columns=(
            _VACANCY,
            _required("skill", ID, "forklift", "The skill."),
            _optional("level", INTEGER, "1", "Lowest level that will do, 1 to 9; empty: 1."),
            _optional("kind", WORD, "must", "Empty: must.", SKILL_KINDS),
            _optional("weight", DECIMAL, "1.5", "Importance among the nice ones, above 0; empty: 1."),
            _optional("origin", WORD, "stated", "Where it comes from; empty: stated.", SKILL_ORIGINS),
        ),
    ),
    Table(
        name="courses",
        row_type=Course,
        meaning="What is taught.",
        columns=(
            _required("course_id", ID, "U2", "The course."),
            _optional("title", TEXT, "Truckkort A och B", "What it is called."),
            _optional("completion_rate", DECIMAL, "0.85", "Share of starters who finish, above 0 to 1; empty: 1."),
            _optional("skills", SKILLS, "forklift;swedish:2", "Granted on completion."),
            _optional("prerequisites", SKILLS, "swedish:1", "Needed on the first day."),
        ),
    ),
    Table(
        name="cohorts",
        row_type=Cohort,
        meaning="Occasions on which courses run.",
        columns=(
            _required("cohort_id", ID, "K7", "The cohort."),
            _required("course_id", ID, "U2", "Which course."),
            _required("start_date", DATE, "2026-05-04", "First day."),
            _required("end_date", DATE, "2026-06-26", "Last day; a job may begin the day after."),
            _required("seats", INTEGER, "12", "How many can take part."),
            _optional("min_participants", INTEGER, "6", "Fewest with whom an optional cohort runs; empty: 0."),
            _optional("cost_per_seat", DECIMAL, "14500", "Kronor; empty: 0."),
            _optional("fixed_cost", DECIMAL, "40000", "Kronor, due once if it runs; empty: 0."),
            _optional("budget_id", ID, "B1", "The budget that pays; empty: nobody's limit."),
            _optional("municipality", CODE, "1480", "Where; empty: within everybody's reach."),
            _optional("status", WORD, "planned", "Empty: planned.", COHORT_STATUSES),
        ),
    ),
    Table(
        name="budgets",
        row_type=Budget,
        meaning="Money for training.",
        columns=(
            _required("budget_id", ID, "B1", "The budget."),
            _required("amount", DECIMAL, "750000", "Kronor."),
        ),
    ),
    Table(
        name="quotas",
        row_type=Quota,
        meaning="How many placements of a target group there must or may be.",
        columns=(
            _required("quota_id", ID, "Q1", "The quota."),
            _optional("group", ID, "youth", "Which target group; empty: months_out_of_work alone tells who counts."),
            _optional("months_out_of_work", INTEGER, "24", "Only who has been out of work for so many months counts."),
            _optional("scope", WORD, "all", "Which placements are counted; empty: all.", QUOTA_SCOPES),
            _optional("scope_id", TEXT, "Park och Vinter AB", "Whose; empty exactly when the scope is all."),
            _optional("min_count", INTEGER, "10", "Fewest placements of the group."),
            _optional("max_count", INTEGER, "40", "Most placements of the group."),
            _optional("min_share", DECIMAL, "0.25", "Smallest share of the placements, 0 to 1, at most six decimals."),
            _optional("max_share", DECIMAL, "0.6", "Largest share of the placements, 0 to 1, at most six decimals."),
            _optional("hard", BOOLEAN, "true", "Whether it is kept at any price; empty: true."),
            _optional("price", DECIMAL, "0.5", "Soft quotas: placements given up per person missing or in excess."),
        ),
    ),
    Table(
        name="resources",
        row_type=Resource,
        meaning="What a workplace has a limited amount of. Only pairs state what they use of it.",
        columns=(
            _required("resource_id", ID, "R1", "The resource."),
            _required(
                "limit", DECIMAL, "120", "How much there is, at most six decimals: what pairs in the plan use together."
            ),
            _optional("scope", WORD, "vacancy", "Where it belongs, for readers; empty: vacancy.", RESOURCE_SCOPES),
            _optional("scope_id", TEXT, "V3", "Whose."),
        ),
    ),
    Table(
        name="decisions",
        row_type=Decision,
        meaning="What people have decided about a candidate and a vacancy.",
        columns=(
            _CANDIDATE,
            _VACANCY,
            _required("decision", WORD, "pinned", "What was decided.", DECISION_KINDS),
            _optional("reason", TEXT, "Har redan provat på", "Why."),
            _optional("decided_by", TEXT, "handläggare 4", "Who."),
            _optional("decided_at", DATE, "2026-04-20", "When."),
        ),
    ),
    Table(
        name="enrolments",
        row_type=Enrolment,
        meaning="Seats already promised.",
        columns=(_CANDIDATE, _required("cohort_id", ID, "K7", "The cohort.")),
    ),
    Table(
        name="pairs",
        row_type=Pair,
        meaning="Ready-scored columns. Where given, they replace everything that would be derived.",
        columns=(
            _CANDIDATE,
            _VACANCY,
            _required("score", DECIMAL, "0.5747", "0 to 1, at most six decimals, kept exactly."),
            _optional("cohort_ids", LIST, "K7;K9", "Cohorts taken first, in order of dates; at most three."),
            _optional("cost", DECIMAL, "2500", "Kronor on top of the seats."),
            _optional("resource_id", ID, "R1", "What it uses."),
            _optional("resource_use", DECIMAL, "8", "How much of it, at most six decimals; empty: 0."),
        ),
    ),
    Table(
        name="municipalities",
        row_type=Municipality,
        meaning="Where municipalities are, for distances.",
        columns=(
            _required("municipality", CODE, "1480", "Code of the municipality."),
            _required("latitude", NUMBER, "57.7072", "Of the main town, degrees north, WGS 84."),
            _required("longitude", NUMBER, "11.9668", "Of the main town, degrees east, WGS 84."),
        ),
    ),
    Table(
        name="history",
        row_type=PastPlacement,
        meaning="Past placements, from which the forecast learns. No column tells a target group, sex, age or origin.",
        columns=(
            _required("placement_id", ID, "P204", "The placement."),
            _required("sustained", BOOLEAN, "true", "Whether it lasted for the follow-up time."),
            _optional("nice_share", NUMBER, "0.5", "Weighted share of the nice skills that were held; empty: 0."),
            _optional("distance_km", NUMBER, "12.5", "Between home and work; empty: 0."),
            _optional("form", WORD, "employment", "Empty: employment.", VACANCY_FORMS),
            _optional("extent_percent", INTEGER, "100", "1 to 100; empty: 100."),
        ),
    ),
)

TABLE_BY_NAME = {table.name: table for table in TABLES}

# Written beside the problem by importers and read by people only.
SIDE_TABLES = ("sources", "notices", "concepts", "occupation_skills")

"""The catalogue of faults that can be planted into a draft, each knowing what must be reported about it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tests.faults.drafts import CONTAINERS, Draft, is_json_number


@dataclass(frozen=True, slots=True)
class Planted:
    """What must be reported: the code, the cell (row ``None``: the header) and the value as a text."""

    code: str
    table: str
    row: int | None
    column: str | int | None
    value: str | None


class Unplantable(Exception):
    """The draft has no room left for this fault."""


Plant = Callable[[Draft, random.Random, str], Planted]


@dataclass(frozen=True, slots=True)
class Planter:
    """One kind of fault.

    Attributes
    ----------
    name : str
    plant : callable
        Changes the draft; gets the container for which it will be written.
    containers : tuple of str
        Where it makes sense.
    is_of_whole_table : bool
        It touches a whole table, so no other fault may be in that table.
    """

    name: str
    plant: Plant
    containers: tuple[str, ...] = CONTAINERS
    is_of_whole_table: bool = False


SHEETS = ("folder", "workbook")


def _row(draft: Draft, rng: random.Random, table: str, rows: Iterable[int] | None = None) -> int:
    choices = range(len(draft.grids[table].rows)) if rows is None else rows
    free = [row for row in choices if (table, row) not in draft.taken]
    if not free:
        raise Unplantable
    row = rng.choice(free)
    draft.taken.add((table, row))
    return row


def _set(draft: Draft, table: str, row: int, column: str, text: str) -> None:
    grid = draft.grids[table]
    grid.rows[row][grid.header.index(column)] = text


def _get(draft: Draft, table: str, row: int, column: str) -> str:
    grid = draft.grids[table]
    return grid.rows[row][grid.header.index(column)]


DATES = (
    ("candidates", "available_from"),
    ("candidates", "available_until"),
    ("candidate_skills", "valid_until"),
    ("contracts", "start_date"),
    ("contracts", "end_date"),
    ("vacancies", "latest_start_date"),
    ("cohorts", "start_date"),
    ("cohorts", "end_date"),
    ("decisions", "decided_at"),
)
INTEGERS = (
    ("candidates", "extent_percent"),
    ("candidates", "months_out_of_work"),
    ("candidate_skills", "level"),
    ("vacancies", "positions"),
    ("cohorts", "seats"),
    ("quotas", "min_count"),
    ("history", "extent_percent"),
)
DECIMALS = (
    ("contracts", "obligation_quantity"),
    ("vacancies", "duration_months"),
    ("vacancy_skills", "weight"),
    ("courses", "completion_rate"),
    ("cohorts", "fixed_cost"),
    ("budgets", "amount"),
    ("quotas", "price"),
    ("resources", "limit"),
    ("pairs", "score"),
    ("pairs", "cost"),
)
NUMBERS = (("candidates", "max_distance_km"), ("municipalities", "latitude"), ("history", "nice_share"))
BOOLEANS = (("quotas", "hard"), ("history", "sustained"))
WORDS = (
    ("contracts", "status"),
    ("contracts", "obligation_unit"),
    ("vacancies", "form"),
    ("vacancy_skills", "origin"),
    ("cohorts", "status"),
    ("decisions", "decision"),
)
REQUIRED = (
    ("candidates", "available_from"),
    ("candidate_skills", "skill"),
    ("vacancies", "positions"),
    ("cohorts", "course_id"),
    ("cohorts", "seats"),
    ("budgets", "amount"),
    ("quotas", "group"),
    ("decisions", "decision"),
    ("pairs", "score"),
    ("municipalities", "longitude"),
    ("history", "sustained"),
)
IDS = (
    ("candidates", "candidate_id"),
    ("vacancies", "vacancy_id"),
    ("courses", "course_id"),
    ("cohorts", "cohort_id"),
    ("budgets", "budget_id"),
    ("quotas", "quota_id"),
    ("history", "placement_id"),
)
TITLES = (("contracts", "title"), ("vacancies", "title"), ("courses", "title"), ("decisions", "reason"))
REFERENCES = (
    ("candidate_skills", "candidate_id"),
    ("vacancies", "contract_id"),
    ("vacancy_skills", "vacancy_id"),
    ("cohorts", "course_id"),
    ("cohorts", "budget_id"),
    ("decisions", "candidate_id"),
    ("decisions", "vacancy_id"),
    ("enrolments", "cohort_id"),
    ("pairs", "candidate_id"),
    ("pairs", "vacancy_id"),
    ("pairs", "cohort_ids"),
    ("pairs", "resource_id"),
    ("candidates", "municipality"),
    ("quotas", "scope_id"),
)


def cell(
    name: str,
    code: str,
    cells: tuple[tuple[str, str], ...],
    texts: tuple[str, ...],
    containers: tuple[str, ...] = CONTAINERS,
    json_type: str | None = None,
) -> Planter:
    """Return a planter that writes a bad text into one of some columns; the text itself is the value reported.

    `json_type` is the type that JSON wants, where a text that is not of it is of the wrong type there.
    """

    def plant(draft: Draft, rng: random.Random, container: str) -> Planted:
        table, column = rng.choice(cells)
        text = rng.choice(texts)
        row = _row(draft, rng, table)
        _set(draft, table, row, column, text)
        is_misfit = container == "json" and json_type == "number" and not is_json_number(text)
        is_misfit |= container == "json" and json_type == "boolean"
        return Planted("wrong_type" if is_misfit else code, table, row, column, text or None)

    return Planter(name, plant, containers)


def beyond(name: str, code: str, table: str, column: str, cases: dict[str, str]) -> Planter:
    """Return a planter of a value that the rules of its object refuse; `cases` maps the text to what is reported."""

    def plant(draft: Draft, rng: random.Random, container: str) -> Planted:
        text, value = rng.choice(list(cases.items()))
        row = _row(draft, rng, table)
        _set(draft, table, row, column, text)
        return Planted(code, table, row, column, value)

    return Planter(name, plant)


def _spoilt_id(name: str, code: str, spoil: Callable[[str], str], containers: tuple[str, ...] = CONTAINERS) -> Planter:
    """Return a planter that adds to an id what does not belong to it; rows that name the id are not at fault."""

    def plant(draft: Draft, rng: random.Random, container: str) -> Planted:
        table, column = rng.choice(IDS)
        row = _row(draft, rng, table)
        text = spoil(_get(draft, table, row, column))
        _set(draft, table, row, column, text)
        return Planted(code, table, row, column, text)

    return Planter(name, plant, containers)


def _unknown_id(draft: Draft, rng: random.Random, container: str) -> Planted:
    table, column = rng.choice(REFERENCES)
    rows = [row for row in range(len(draft.grids[table].rows)) if _get(draft, table, row, column)]
    row = _row(draft, rng, table, rows)
    _set(draft, table, row, column, "X999")
    return Planted("unknown_id", table, row, column, "X999")


def _duplicate_id(draft: Draft, rng: random.Random, container: str) -> Planted:
    table, columns = rng.choice(
        (
            ("candidates", ("candidate_id",)),
            ("vacancies", ("vacancy_id",)),
            ("cohorts", ("cohort_id",)),
            ("budgets", ("budget_id",)),
            ("enrolments", ("candidate_id", "cohort_id")),
            ("candidate_skills", ("candidate_id", "skill")),
            ("municipalities", ("municipality",)),
            ("history", ("placement_id",)),
        )
    )
    original = _row(draft, rng, table)
    grid = draft.grids[table]
    grid.rows.append(list(grid.rows[original]))
    draft.taken.add((table, len(grid.rows) - 1))
    value = " + ".join(_get(draft, table, original, column) for column in columns)
    return Planted("duplicate_id", table, len(grid.rows) - 1, columns[-1], value)


def _date_order(draft: Draft, rng: random.Random, container: str) -> Planted:
    table, first, last = rng.choice(
        (
            ("cohorts", "start_date", "end_date"),
            ("contracts", "start_date", "end_date"),
            ("candidates", "available_from", "available_until"),
        )
    )
    rows = [row for row in range(len(draft.grids[table].rows)) if _get(draft, table, row, last)]
    row = _row(draft, rng, table, rows)
    _set(draft, table, row, first, "2026-08-20")
    _set(draft, table, row, last, "2026-08-19")
    return Planted("date_order", table, row, last, "2026-08-19")


def _latest_before_contract(draft: Draft, rng: random.Random, container: str) -> Planted:
    row = _row(draft, rng, "vacancies", [1])
    if ("contracts", 0) in draft.taken:
        raise Unplantable
    draft.taken.add(("contracts", 0))
    _set(draft, "vacancies", row, "latest_start_date", "2026-08-31")
    return Planted("date_order", "vacancies", row, "latest_start_date", "2026-08-31")


def _soft_without_price(draft: Draft, rng: random.Random, container: str) -> Planted:
    row = _row(draft, rng, "quotas", [1, 3])
    _set(draft, "quotas", row, "price", "")
    return Planted("missing_value", "quotas", row, "price", None)


def _scope_without_id(draft: Draft, rng: random.Random, container: str) -> Planted:
    row = _row(draft, rng, "quotas", [1, 2, 3])
    _set(draft, "quotas", row, "scope_id", "")
    return Planted("missing_value", "quotas", row, "scope_id", None)


def _id_without_scope(draft: Draft, rng: random.Random, container: str) -> Planted:
    row = _row(draft, rng, "quotas", [0])
    _set(draft, "quotas", row, "scope_id", "T1")
    return Planted("unexpected_value", "quotas", row, "scope_id", "T1")


def _limits_crossed(draft: Draft, rng: random.Random, container: str) -> Planted:
    table, row, low, value = rng.choice(
        (
            ("quotas", 0, "min_count", "6"),
            ("cohorts", 0, "min_participants", "13"),
            ("cohorts", 2, "min_participants", "9"),
        )
    )
    _row(draft, rng, table, [row])
    _set(draft, table, row, low, value)
    return Planted("limit_order", table, row, low, value)


def _shares_crossed(draft: Draft, rng: random.Random, container: str) -> Planted:
    row = _row(draft, rng, "quotas", [1])
    _set(draft, "quotas", row, "min_share", "0.76")
    return Planted("limit_order", "quotas", row, "min_share", "0.76")


def _no_home(draft: Draft, rng: random.Random, container: str) -> Planted:
    row = _row(draft, rng, "candidates", [0, 2, 3, 7])
    _set(draft, "candidates", row, "municipality", "")
    return Planted("missing_value", "candidates", row, "municipality", None)


def _use_without_resource(draft: Draft, rng: random.Random, container: str) -> Planted:
    row = _row(draft, rng, "pairs", [0, 3])
    _set(draft, "pairs", row, "resource_id", "")
    return Planted("missing_value", "pairs", row, "resource_id", None)


def _circle(draft: Draft, rng: random.Random, container: str) -> Planted:
    row = _row(draft, rng, "courses", [1])
    _set(draft, "courses", row, "prerequisites", "swedish:2")
    return Planted("cyclic_prerequisites", "courses", row, "prerequisites", "swedish")


def _quarrel(draft: Draft, rng: random.Random, container: str) -> Planted:
    row = _row(draft, rng, "decisions", [0, 2])
    grid = draft.grids["decisions"]
    candidate, vacancy = (_get(draft, "decisions", row, column) for column in ("candidate_id", "vacancy_id"))
    grid.rows.append([candidate, vacancy, "forbidden", "", "", ""])
    draft.taken.add(("decisions", len(grid.rows) - 1))
    return Planted("contradictory_decisions", "decisions", row, "decision", _get(draft, "decisions", row, "decision"))


def _list(name: str, code: str, table: str, column: str, text: str, value: str | None, json_code: str = "") -> Planter:
    def plant(draft: Draft, rng: random.Random, container: str) -> Planted:
        row = _row(draft, rng, table)
        _set(draft, table, row, column, text)
        return Planted(code, table, row, column, value)

    return Planter(name, plant)


def _missing_column(draft: Draft, rng: random.Random, container: str) -> Planted:
    table, column = rng.choice(
        (("vacancies", "positions"), ("cohorts", "seats"), ("budgets", "amount"), ("history", "sustained"))
    )
    grid = draft.grids[table]
    position = grid.header.index(column)
    for row in (grid.header, *grid.rows):
        del row[position]
    return Planted("missing_column", table, None, None, None)


def _unknown_column(draft: Draft, rng: random.Random, container: str) -> Planted:
    table = rng.choice(("candidates", "courses", "history", "pairs"))
    grid = draft.grids[table]
    position = rng.randint(0, len(grid.header))
    name = rng.choice(("nonsense", "Title", "candidate_id ", "seat"))
    for row in (grid.header, *grid.rows):
        row.insert(position, name if row is grid.header else "x")
    return Planted("unknown_column", table, None, position + 1, name)


def _unknown_key(draft: Draft, rng: random.Random, container: str) -> Planted:
    grid = draft.grids["history"]
    grid.header.append("nonsense")
    row = _row(draft, rng, "history")
    for number, cells in enumerate(grid.rows):
        cells.append("x" if number == row else "")
    return Planted("unknown_column", "history", row, None, "nonsense")


def _repeated_column(draft: Draft, rng: random.Random, container: str) -> Planted:
    table = rng.choice(("candidates", "courses", "history", "pairs"))
    grid = draft.grids[table]
    position = rng.randrange(len(grid.header))
    for row in (grid.header, *grid.rows):
        row.append(row[position])
    return Planted("repeated_column", table, None, len(grid.header), grid.header[-1])


def _too_many_columns(draft: Draft, rng: random.Random, container: str) -> Planted:
    grid = draft.grids["history"]
    for row in (grid.header, *grid.rows):
        row.extend(f"extra{number}" for number in range(100))
    return Planted("too_many_columns", "history", None, None, str(len(grid.header)))


def _too_many_cells(draft: Draft, rng: random.Random, container: str) -> Planted:
    table = rng.choice(("candidates", "vacancies", "pairs", "budgets", "history"))
    row = _row(draft, rng, table)
    cells = draft.grids[table].rows[row]
    cells.append("x")
    if container == "workbook":
        return Planted("too_many_cells", table, row, len(cells), "x")
    return Planted("too_many_cells", table, row, None, f"{len(cells)} cells")


def _too_few_cells(draft: Draft, rng: random.Random, container: str) -> Planted:
    table = rng.choice(("candidates", "vacancies", "pairs", "budgets", "history"))
    row = _row(draft, rng, table)
    cells = draft.grids[table].rows[row]
    cells.pop()
    return Planted("too_few_cells", table, row, None, "1 cell" if len(cells) == 1 else f"{len(cells)} cells")


def _unknown_table(draft: Draft, rng: random.Random, container: str) -> Planted:
    name = rng.choice(("candidate", "Candidates2", "people", "jobs"))
    if name in draft.extra_tables:
        raise Unplantable
    draft.extra_tables.append(name)
    return Planted("unknown_table", name, None, None, f"{name}.csv" if container == "folder" else name)


def _header_only_separators(draft: Draft, rng: random.Random, container: str) -> Planted:
    grid = draft.grids["history"]
    header = ";".join(grid.header)
    grid.rows[:] = [[";".join(row)] for row in grid.rows]
    grid.header[:] = [header]
    return Planted("wrong_separator", "history", None, 1, header)


PLANTERS: tuple[Planter, ...] = (
    cell("day_that_does_not_exist", "bad_date", DATES, ("2026-02-30", "2025-02-29", "2026-13-01", "2026-04-31")),
    cell("day_in_another_form", "bad_date", DATES, ("2026-2-3", "01/02/2026", "20260102", "2026-W01-1", "3 mars")),
    cell("day_with_a_time", "bad_date", DATES, ("2026-01-02T08:00", "2026-01-02 00:00:00")),
    cell("day_too_far_away", "bad_date", DATES, ("0000-01-01", "0026-01-01", "2201-01-01", "9999-12-31")),
    cell("day_with_spaces", "bad_date", DATES, (" 2026-01-02", "2026-01-02 ")),
    cell("day_in_other_digits", "bad_date", DATES, ("٢٠٢٦-٠١-٠٢",)),
    cell("part_of_a_whole", "bad_integer", INTEGERS, ("1.5", "0.25"), json_type="number"),
    cell("whole_with_exponent", "bad_integer", INTEGERS, ("1e3", "2E1"), json_type="number"),
    cell("whole_in_other_digits", "bad_integer", INTEGERS, ("٣", "１２", "²"), json_type="number"),
    cell("whole_too_long", "bad_integer", INTEGERS, ("9" * 20, "1" * 400), json_type="number"),
    cell("whole_in_words", "bad_integer", INTEGERS, ("två", "0x10", "1_000", "1 000", "1,0"), json_type="number"),
    cell("not_a_number", "bad_decimal", DECIMALS, ("NaN", "Infinity", "-Infinity"), ("folder", "json")),
    cell("infinite", "bad_decimal", DECIMALS, ("inf", "nan", "sNaN"), json_type="number"),
    cell("decimal_comma", "bad_decimal", (*DECIMALS, *NUMBERS), ("1,5", "0,25"), json_type="number"),
    cell("decimal_with_exponent", "bad_decimal", DECIMALS, ("1e3", "2.5E-2"), json_type="number"),
    cell("decimal_in_words", "bad_decimal", (*DECIMALS, *NUMBERS), ("tolv", "1.2.3", "12 kr"), json_type="number"),
    cell("not_a_truth_value", "bad_boolean", BOOLEANS, ("ja", "1", "0", "t", "sant"), json_type="boolean"),
    cell("empty_required_cell", "missing_value", REQUIRED, ("",)),
    _spoilt_id("space_before_an_id", "bad_id", lambda text: f" {text}"),
    _spoilt_id("space_after_an_id", "bad_id", lambda text: f"{text} "),
    _spoilt_id("formula_in_an_id", "formula_in_cell", lambda text: f"={text}", SHEETS),
    cell("control_character_in_an_id", "bad_id", IDS, ("X\t1", "X\x07", "X\u202e1", "X\u200b1"), ("folder", "json")),
    cell("id_too_long", "bad_id", IDS, ("x" * 201,)),
    cell("separator_in_an_id", "bad_id", IDS, ("X;1",)),
    cell(
        "formula_in_a_text", "formula_in_cell", TITLES, ("=1+1", "+A1", "-B2", "@SUM(A1)", "=cmd|' /C calc'!A0"), SHEETS
    ),
    cell("formula_in_a_day", "formula_in_cell", DATES, ("=TODAY()", "+A1"), SHEETS),
    cell("formula_in_a_number", "formula_in_cell", (*INTEGERS, *DECIMALS), ("=1+1", "@A1", "+A1"), SHEETS),
    cell("control_character_in_a_text", "bad_text", TITLES, ("a\x07b", "a\tb", "a\u2028b"), ("folder", "json")),
    cell("space_around_a_text", "bad_text", TITLES, (" Kock", "Kock ")),
    cell("unknown_word", "unknown_word", WORDS, ("Required", "klar", "x", "planned ")),
    beyond("no_position", "out_of_range", "vacancies", "positions", {"0": "0", "-3": "-3"}),
    beyond("negative_seats", "out_of_range", "cohorts", "seats", {"-1": "-1", "1000001": "1000001"}),
    beyond("level_out_of_range", "out_of_range", "candidate_skills", "level", {"0": "0", "10": "10", "-1": "-1"}),
    beyond("extent_out_of_range", "out_of_range", "candidates", "extent_percent", {"0": "0", "101": "101"}),
    beyond("share_above_one", "out_of_range", "quotas", "max_share", {"1.5": "1.5", "-0.1": "-0.1"}),
    beyond("score_above_one", "out_of_range", "pairs", "score", {"1.01": "1.01", "-0.5": "-0.5"}),
    beyond("rate_out_of_range", "out_of_range", "courses", "completion_rate", {"0": "0", "1.2": "1.2"}),
    beyond("place_off_the_globe", "out_of_range", "municipalities", "latitude", {"91": "91.0", "-90.5": "-90.5"}),
    beyond("negative_amount", "out_of_range", "budgets", "amount", {"-1": "-1", "-0.01": "-0.01"}),
    beyond("score_too_precise", "too_precise", "pairs", "score", {"0.1234567": "0.1234567"}),
    beyond("share_too_precise", "too_precise", "quotas", "min_share", {"0.1234567": "0.1234567"}),
    Planter("unknown_id", _unknown_id),
    Planter("duplicate_id", _duplicate_id),
    Planter("end_before_start", _date_order),
    Planter("latest_start_before_the_contract", _latest_before_contract),
    Planter("soft_quota_without_price", _soft_without_price),
    Planter("scope_without_id", _scope_without_id),
    Planter("id_without_scope", _id_without_scope),
    Planter("limits_crossed", _limits_crossed),
    Planter("shares_crossed", _shares_crossed),
    Planter("distance_without_home", _no_home),
    Planter("use_without_resource", _use_without_resource),
    Planter("cyclic_prerequisites", _circle),
    Planter("contradictory_decisions", _quarrel),
    _list("entry_repeated", "repeated_entry", "candidates", "groups", "youth;youth", "youth"),
    _list("entry_empty", "empty_entry", "candidates", "groups", "youth;;disability", None),
    _list("entry_with_space", "bad_entry", "vacancies", "groups", "youth; disability", " disability"),
    _list("group_with_bad_day", "bad_date", "candidates", "groups", "youth:2026-02-30", "2026-02-30"),
    _list("skill_with_bad_level", "bad_integer", "courses", "skills", "swedish:1.5", "1.5"),
    _list("skill_level_out_of_range", "out_of_range", "courses", "skills", "welding:12", "12"),
    _list("route_too_long", "route_too_long", "pairs", "cohort_ids", "K0;K1;K2;K3", "K0;K1;K2;K3"),
    Planter("missing_column", _missing_column, SHEETS, True),
    Planter("unknown_column", _unknown_column, SHEETS, True),
    Planter("unknown_key", _unknown_key, ("json",), True),
    Planter("repeated_column", _repeated_column, SHEETS, True),
    Planter("too_many_columns", _too_many_columns, ("folder",), True),
    Planter("wrong_separator", _header_only_separators, SHEETS, True),
    Planter("too_many_cells", _too_many_cells, SHEETS),
    Planter("too_few_cells", _too_few_cells, ("folder",)),
    Planter("unknown_table", _unknown_table),
)

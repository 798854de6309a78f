"""Generated towns of 2 000 people, each with one more kind of rule that leaves people in parts in a relaxation."""

import random
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import partial
from itertools import cycle
from typing import Any

from benchmarks.instance import Instance
from benchmarks.instances.scaling import town
from matcher.problem import Problem, Quota, Resource

SEED, PEOPLE = 1, 2_000
PER_PERSON: Mapping[Any, int] = {"hours": 1980, "person_months": 12, "credit": 6}  # of one placement for a year


def with_floor(given: Problem) -> Problem:
    """Guarantee a third of all places, and a little more, to those out of work for three years."""
    floor = Quota(quota_id="floor", months_out_of_work=36, min_share=Decimal("0.35"))
    return replace(given, quotas=(*given.quotas, floor))


def with_wishes(given: Problem) -> Problem:
    """Wish every group a share of the placements of twenty buyers and suppliers, or at most one, at a price."""
    chance = random.Random(SEED)
    groups = sorted({own.group for candidate in given.candidates for own in candidate.groups})
    wished: list[Quota] = []
    for number in range(20):
        contract = chance.choice(given.contracts)
        scope: Any = chance.choice(("all", "buyer", "supplier"))
        limit: Any = chance.choice(({"min_share": Decimal("0.3")}, {"max_share": Decimal("0.4")}, {"max_count": 20}))
        wished.append(
            Quota(
                quota_id=f"wish-{number}",
                group=chance.choice(groups),
                scope=scope,
                scope_id=None if scope == "all" else getattr(contract, scope),
                hard=False,
                price=Decimal("0.7"),
                **limit,
            )
        )
    return replace(given, quotas=(*given.quotas, *wished))


def with_units(given: Problem) -> Problem:
    """Let three of five contracts be owed hours, months or credit instead of persons."""
    units, contracts = cycle(PER_PERSON), []
    for number, contract in enumerate(given.contracts):
        if contract.obligation_quantity and contract.obligation_unit == "persons" and number % 5 < 3:
            unit = next(units)
            owed = (contract.obligation_quantity * PER_PERSON[unit]).quantize(Decimal(1))
            contracts.append(replace(contract, obligation_unit=unit, obligation_quantity=owed))
        else:
            contracts.append(contract)
    return replace(given, contracts=tuple(contracts))


def with_supervisors(given: Problem) -> Problem:
    """Give half of the vacancies of every supplier three fifths of the supervisors' hours that they would all need."""
    chance = random.Random(SEED)
    supplier_of = {contract.contract_id: contract.supplier for contract in given.contracts}
    needed: dict[str, Decimal] = defaultdict(Decimal)
    vacancies = []
    for vacancy in given.vacancies:
        supplier = supplier_of.get(vacancy.contract_id or "")
        if supplier and chance.random() < 0.5:
            use = Decimal(chance.randint(2, 9))
            needed[supplier] += use * vacancy.positions
            vacancies.append(replace(vacancy, resource_id=_hours_of(supplier), resource_use=use))
        else:
            vacancies.append(vacancy)
    resources = tuple(
        Resource(
            resource_id=_hours_of(supplier),
            limit=max(Decimal(9), (hours * Decimal("0.6")).quantize(Decimal(1))),
            scope="supplier",
            scope_id=supplier,
        )
        for supplier, hours in needed.items()
    )
    return replace(given, vacancies=tuple(vacancies), resources=resources)


def with_part_time(given: Problem) -> Problem:
    """Let one person in twenty take two places, and offer a quarter of all places in part time."""
    chance = random.Random(SEED)
    candidates = tuple(replace(one, max_placements=2) if chance.random() < 0.05 else one for one in given.candidates)
    vacancies = tuple(
        replace(one, extent_percent=chance.choice((25, 50))) if chance.random() < 0.25 else one
        for one in given.vacancies
    )
    return replace(given, candidates=candidates, vacancies=vacancies)


def _hours_of(supplier: str) -> str:
    return f"hours-{supplier.replace(' ', '-')}"


RULES: Mapping[str, tuple[str, Callable[[Problem], Problem]]] = {
    "floor": ("a floor for those longest out of work", with_floor),
    "wishes": ("twenty soft quotas", with_wishes),
    "units": ("obligations in hours, months and credit", with_units),
    "supervisors": ("supervisors' hours", with_supervisors),
    "part-time": ("several places for some people", with_part_time),
}


def strained(rule: str) -> Problem:
    """Return the town with one more rule."""
    return RULES[rule][1](town(PEOPLE, SEED))


INSTANCES = tuple(
    Instance(
        name=f"rules-{rule}",
        title=f"2 000 candidates, generated, with {title}",
        kind="planning",
        make=partial(strained, rule),
        seed=SEED,
        is_large=True,
        peers=("highs-scipy", "scip"),
        peer_limit_s=60.0,
        most_rounds=1,
    )
    for rule, (title, _) in RULES.items()
)

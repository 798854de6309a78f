"""What forms ask: their fields as the values of a question, with a name for each in the sentences that refuse it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError
from starlette.exceptions import HTTPException

from matcher.languages import Phrases, message
from matcher.service.studies import KINDS, Question, question_from
from matcher.whatif import Assumptions
from matcher_api.wrong_values import told

Read = Callable[[str], object]

LABELS = {
    "money": message("How many kronor more"),
    "only": message("Only these (ids, with spaces between)"),
    "most": message("Up to how many kronor"),
    "amounts": message("These amounts first (kronor, with spaces between)"),
    "points": message("Solve so often at most"),
    "by": message("At most how many by this day"),
    "number": message("From which day on so many"),
    "until": message("Last day that is looked at"),
    "replications": message("How often it is drawn"),
    "sure": message("How sure each promise is to be, in per cent"),
    "no_show": message("Does not come on the first day, in per cent"),
    "refusal": message("The supplier does not take the person, in per cent"),
    "late": message("A contract begins late, in per cent"),
    "late_weeks": message("Late by at most so many weeks"),
    "gives_up_per_week": message("Gives up in each week of waiting, in per cent"),
    "replace_weeks": message("Somebody else is taken for so many weeks after the start"),
    "arrivals_per_month": message("So many people come a month"),
    "compared_with": message("Compared with"),
    "known": message("People known on the first day, in per cent"),
    "contracts_known": message("Contracts known on the first day, in per cent"),
    "contracts_dropped": message("Contracts that come to nothing, in per cent"),
    "lead_weeks": message("Weeks from a contract's announcement to its start"),
    "futures": message("Futures imagined when looking ahead"),
    "source": message("Where the amounts come from"),
    "years": message("Years that a lasting placement counts"),
    "would_have_worked_percent": message("Would have found work anyway, in per cent"),
    "discount_percent": message("Discount a year, in per cent"),
    "saved_per_year": message("Saved by a year in work, in kronor"),
    "gained_per_year": message("Gained by a year in work, in kronor"),
    "training_percent": message("Part of what training costs, in per cent"),
}
PAYERS = ("municipality", "region", "state", "person")
OF_PAYER = ("saved_per_year", "gained_per_year", "training_percent")
OF_SOCIETY = ("source", "years", "would_have_worked_percent", "discount_percent")
CHANCES = ("no_show", "refusal", "late", "late_weeks", "gives_up_per_week", "replace_weeks", "arrivals_per_month")
CHANCES_IN_PERCENT = ("no_show", "refusal", "late", "gives_up_per_week")
PLAN = "plan_"  # and its number: a box for each plan that can be compared with


class WrongFields(Exception):
    """What a form says is no question; the sentences say why."""

    def __init__(self, sentences: list[str]) -> None:
        self.sentences = sentences
        super().__init__("; ".join(sentences))


def question_of(fields: Mapping[str, str], say: Phrases) -> Question:
    """Return the question that a form asks.

    Raises
    ------
    WrongFields
        With all that is wrong with its values.
    """
    kind = fields.get("kind", "")
    if kind not in KINDS:
        raise HTTPException(400)
    values: dict[str, Any] = {name: read(fields[name]) for name, read in _FIELDS[kind].items() if fields.get(name)}
    if kind == "simulate":
        chances = {name: _of_chance(name)(fields[name]) for name in CHANCES if fields.get(name)}
        plans = [name.removeprefix(PLAN) for name in fields if name.startswith(PLAN)]
        values |= {"assumptions": chances} if chances else {}
        values |= {"compared_with": plans} if plans else {}
    society = _society(fields) if kind in ("value", "invest", "simulate") else None
    if society is not None:
        values["society"] = society
    try:
        return question_from(kind, values)
    except ValidationError as error:
        raise WrongFields([_sentence(dict(each), say) for each in error.errors()]) from None


def question_words(say: Phrases) -> dict[str, Any]:
    """Return what the forms of questions are written with: names of fields, and the chances that are usual."""
    usual = Assumptions()
    in_percent = {name: say.number(getattr(usual, name) * 100, most=1) for name in CHANCES_IN_PERCENT}
    return {
        "labels": LABELS,
        "chances": CHANCES,
        "usual": {name: in_percent.get(name) or say.number(getattr(usual, name), most=1) for name in CHANCES},
        "payers": PAYERS,
        "of_payer": OF_PAYER,
        "of_society": [*OF_SOCIETY],
        "payer_fields": [f"{payer}.{name}" for payer in PAYERS for name in OF_PAYER],
    }


def _sentence(fault: Mapping[str, Any], say: Phrases) -> str:
    names = [str(part) for part in fault["loc"] if isinstance(part, str)]
    words = [say.text(LABELS[name]) for name in names if name in LABELS]
    payer = [say.text(name) for name in names if name in PAYERS]
    what = ", ".join(payer + words) or ", ".join(names)
    return f"{what}: {told(fault, say)}."


def _society(fields: Mapping[str, str]) -> dict[str, Any] | None:
    """Return the amounts by payer that a form gives; ``None`` where it gives none."""
    own = {name: _decimal(fields[name]) for name in OF_SOCIETY if fields.get(name)}
    payers = {payer: {name: _decimal(fields.get(f"{payer}.{name}") or "0") for name in OF_PAYER} for payer in PAYERS}
    is_given = any(fields.get(f"{payer}.{name}") for payer in PAYERS for name in OF_PAYER)
    return {**own, "payers": payers} if own or is_given else None


def _text(text: str) -> str:
    return text


def _decimal(text: str) -> str:
    """Return a number as it is read; people write a comma, and spaces among thousands."""
    return "".join(text.split()).replace(",", ".") if any(each.isdecimal() for each in text) else text


def _share(text: str) -> float | str:
    """Return a percentage as a share; what is no number is left for the question to refuse."""
    try:
        return round(float(_decimal(text)) / 100, 12)
    except ValueError:
        return text


def _one(text: str) -> tuple[str, ...]:
    return (text,)


def _several(text: str) -> tuple[str, ...]:
    return tuple(text.replace(",", " ").split())


def _of_chance(name: str) -> Read:
    return _share if name in CHANCES_IN_PERCENT else _decimal


_FIELDS: Mapping[str, Mapping[str, Read]] = {
    "value": {"of": _one, "money": _decimal, "only": _several},
    "invest": {"budget_id": _text, "most": _decimal, "points": _decimal, "amounts": _several},
    "requirement": {"contract_id": _text, "by": _text, "number": _decimal, "groups": _one, "until": _text},
    "simulate": {"replications": _decimal, "sure": _share, "reaction": _text},
    "rolling": {
        **{"replications": _decimal, "known": _share, "arrivals_per_month": _decimal, "contracts_known": _share},
        **{"contracts_dropped": _share, "lead_weeks": _decimal, "futures": _decimal},
    },
}

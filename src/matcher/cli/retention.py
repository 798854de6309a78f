"""``matcher retention``: how long what is kept, on what ground, what is due, and erasing it by night."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from matcher.cli.db import DEFAULT_DATABASE, ByOption, DatabaseOption, opened
from matcher.cli.identities import ReasonOption
from matcher.cli.options import JsonOption
from matcher.cli.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matcher.store import Due, RetentionRule

retention = typer.Typer(
    help="The municipality's rules about how long data are kept.", no_args_is_help=True, rich_markup_mode=None
)


class EntityChoice(StrEnum):
    """What a rule is about."""

    CANDIDATES = "candidates"
    IDENTITIES = "identities"
    RUNS = "runs"
    DECISION_LOG = "decision_log"
    RIGHTS_REQUESTS = "rights_requests"


class StateChoice(StrEnum):
    """From when on a rule about people counts."""

    LEFT = "left"
    SUSTAINED = "sustained"
    PAUSED = "paused"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"A day like 2026-09-01 is needed, not {text!r}.") from None


DayOption = Annotated[
    date | None,
    typer.Option(
        "--on", parser=_day, metavar="YYYY-MM-DD", help="As of a day; today unless given.", show_default=False
    ),
]


@retention.command()
def rules(database: DatabaseOption = DEFAULT_DATABASE, json: JsonOption = False) -> None:
    """List the rules."""
    terminal = Terminal(is_json=json)
    with opened(database, is_writer=False) as store:
        from matcher.store import list_rules

        with store.reading() as session:
            found = list_rules(session)
    for rule in found:
        terminal.line(f"{rule.rule_id}  {_rule_text(rule)}")
        terminal.line(f"   {rule.legal_basis}; approved by {rule.approved_by}, from {rule.valid_from}")
    if not found:
        terminal.line("There are no rules: nothing is erased by night.")
    terminal.document([_rule_document(rule) for rule in found])


@retention.command()
def add(
    entity: Annotated[EntityChoice, typer.Argument(help="What the rule is about.", show_default=False)],
    by: ByOption,
    legal_basis: Annotated[
        str, typer.Option("--legal-basis", metavar="TEXT", help="Law and decision.", show_default=False)
    ],
    months: Annotated[
        int | None,
        typer.Option("--months", min=0, max=1200, help="How long; without it, for ever.", show_default=False),
    ] = None,
    after: Annotated[
        StateChoice | None,
        typer.Option("--after", help="Of people: since when they are in this state; 'left' unless given."),
    ] = None,
    archive: Annotated[
        bool, typer.Option("--archive", help="An archive's rule: nothing is erased before, whoever asks.")
    ] = False,
    valid_from: Annotated[
        date | None,
        typer.Option("--from", parser=_day, metavar="YYYY-MM-DD", help="In force from; today unless given."),
    ] = None,
    database: DatabaseOption = DEFAULT_DATABASE,
    json: JsonOption = False,
) -> None:
    """Add a rule: erase after so many months, or with --archive, keep for so many."""
    terminal = Terminal(is_json=json)
    with opened(database) as store:
        from matcher.store import add_rule

        with store.writing() as session:
            number = add_rule(
                session,
                entity.value,
                keep_months=months,
                legal_basis=legal_basis,
                by=by,
                valid_from=valid_from or session.now.date(),
                after_state=None if after is None else after.value,
                is_archived=archive,
            )
    terminal.line(f"Added: rule {number}.")
    terminal.document({"rule_id": number})


@retention.command()
def remove(
    rule: Annotated[int, typer.Argument(metavar="RULE", min=1, help="As listed.", show_default=False)],
    by: ByOption,
    reason: ReasonOption,
    database: DatabaseOption = DEFAULT_DATABASE,
) -> None:
    """Remove a rule; what it was stays in the audit log."""
    with opened(database) as store:
        from matcher.store import remove_rule

        with store.writing() as session:
            remove_rule(session, rule, by=by, reason=reason)
    Terminal().line(f"Removed: rule {rule}.")


@retention.command()
def due(on: DayOption = None, database: DatabaseOption = DEFAULT_DATABASE, json: JsonOption = False) -> None:
    """Say what is to be erased, and what keeps what its time has come for. Erases nothing."""
    with opened(database, is_writer=False) as store:
        from matcher.store import due as found_due

        with store.reading() as session:
            found = found_due(session, on=on)
    _show(found, "would be erased", Terminal(is_json=json))


@retention.command()
def apply(by: ByOption, database: DatabaseOption = DEFAULT_DATABASE, json: JsonOption = False) -> None:
    """Erase what is due today, and report it in the audit log."""
    with opened(database) as store:
        from matcher.store import retain

        with store.writing() as session:
            found = retain(session, by=by)
    _show(found, "erased", Terminal(is_json=json))


def _show(found: Sequence[Due], what: str, terminal: Terminal) -> None:
    for each in found:
        terminal.lines(_due_lines(each, what))
    if not found:
        terminal.line("There are no rules: nothing is erased.")
    terminal.document(
        [{"rule": _rule_document(each.rule), "ids": list(each.ids), "held": dict(each.held)} for each in found]
    )


def _due_lines(each: Due, what: str) -> Iterator[str]:
    yield f"Rule {each.rule.rule_id}, {_rule_text(each.rule)}: {len(each.ids)} {what}."
    for entity_id in each.ids:
        yield f"  {entity_id}"
    for entity_id, reason in each.held.items():
        yield f"  {entity_id} stays: {reason}"


def _rule_text(rule: RetentionRule) -> str:
    since = f" after '{rule.after_state}'" if rule.after_state else ""
    if rule.keep_months is None:
        return f"{rule.entity}: kept for ever"
    verb = "kept for at least" if rule.is_archived else "erased after"
    return f"{rule.entity}: {verb} {rule.keep_months} months{since}"


def _rule_document(rule: RetentionRule) -> dict[str, Any]:
    return {name: getattr(rule, name) for name in rule.__slots__} | {"valid_from": rule.valid_from.isoformat()}

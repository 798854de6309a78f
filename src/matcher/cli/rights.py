"""``matcher rights``: what candidates may ask for; the pages for staff do the same."""

from __future__ import annotations

import json as json_text
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from matcher.cli.db import DEFAULT_DATABASE, ByOption, DatabaseOption, opened
from matcher.cli.errors import CommandError
from matcher.cli.identities import CandidateArgument, KeyFileOption, ReasonOption, keys_at_hand
from matcher.cli.options import ForceOption, JsonOption, LangOption, language_of
from matcher.cli.terminal import Terminal
from matcher.cli.written import refuse_to_overwrite, require_folder_of

rights = typer.Typer(help="What candidates may ask for.", no_args_is_help=True, rich_markup_mode=None)


class KindChoice(StrEnum):
    """What is asked for."""

    REVIEW = "review"
    CORRECTION = "correction"
    ACCESS = "access"
    ERASURE = "erasure"
    OTHER = "other"


class OutcomeChoice(StrEnum):
    """What it is answered."""

    GRANTED = "granted"
    PARTLY = "partly"
    REFUSED = "refused"


WordsOption = Annotated[str, typer.Option("--words", metavar="TEXT", help="In words.", show_default=False)]


@rights.command()
def access(
    candidate: CandidateArgument,
    by: ByOption,
    reason: ReasonOption,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to write it.", show_default=False)],
    without_identity: Annotated[
        bool, typer.Option("--without-identity", help="Leave out who it is, where no key is at hand.")
    ] = False,
    runs: Annotated[bool, typer.Option("--runs", help="Also what runs have read about the person, as it was.")] = False,
    key_file: KeyFileOption = None,
    force: ForceOption = False,
    database: DatabaseOption = DEFAULT_DATABASE,
) -> None:
    """Write everything that is stored about somebody into a file, and say so in the audit log."""
    refuse_to_overwrite(out, reads=(database, key_file), force=force)
    require_folder_of(out)
    keys = None if without_identity else keys_at_hand(key_file)
    with opened(database) as store:
        from matcher.service.rights import access_document

        document = access_document(store, keys, candidate, by=by, reason=reason, with_runs=runs)
    out.write_text(json_text.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    out.chmod(0o600)
    Terminal().line(f"Written: {out}")


@rights.command()
def letter(
    candidate: CandidateArgument,
    lang: LangOption = None,
    proven: Annotated[
        bool, typer.Option("--proven", help="Solve again: what would have to be otherwise for a place.")
    ] = False,
    database: DatabaseOption = DEFAULT_DATABASE,
) -> None:
    """Explain the plan that people work by to one candidate, naming nobody else."""
    with opened(database, is_writer=False) as store:
        from matcher.explain import candidate_lines
        from matcher.explain.proofs import why_not_lines
        from matcher.languages import phrases
        from matcher.service.desk.source import StoredDesks
        from matcher.service.rights import letter as told

        desk = StoredDesks(store).desk()
        if desk is None:
            raise CommandError("There is no plan yet. Make one: matcher batch.", code="no_plan")
        found, say = told(desk, candidate, is_proven=proven), phrases(language_of(lang))
    terminal = Terminal()
    terminal.lines(candidate_lines(found.explanation, say))
    if found.why_not is not None:
        terminal.lines(why_not_lines(found.why_not, say))


@rights.command()
def ask(
    candidate: CandidateArgument,
    kind: Annotated[KindChoice, typer.Option("--kind", help="What is asked for.", show_default=False)],
    words: WordsOption,
    by: ByOption,
    vacancy: Annotated[
        str | None, typer.Option("--vacancy", metavar="ID", help="The place that a review is about.")
    ] = None,
    database: DatabaseOption = DEFAULT_DATABASE,
    json: JsonOption = False,
) -> None:
    """Write down what a candidate asks for."""
    terminal = Terminal(is_json=json)
    with opened(database) as store:
        from matcher.store import write_request

        with store.writing() as session:
            number = write_request(session, kind.value, candidate, words, by=by, vacancy_id=vacancy)
    terminal.line(f"Request {number}.")
    terminal.document({"request_id": number})


@rights.command()
def answer(
    request: Annotated[int, typer.Argument(metavar="REQUEST", min=1, help="As listed.", show_default=False)],
    outcome: Annotated[OutcomeChoice, typer.Option("--outcome", help="What it comes to.", show_default=False)],
    words: WordsOption,
    by: ByOption,
    database: DatabaseOption = DEFAULT_DATABASE,
) -> None:
    """Answer a request; a review by somebody who has not taken the decision."""
    with opened(database) as store:
        from matcher.store import answer_request

        with store.writing() as session:
            answer_request(session, request, outcome.value, words, by=by)
    Terminal().line(f"Answered: request {request}.")


@rights.command("list")
def list_(
    everything: Annotated[bool, typer.Option("--all", help="Answered ones too.")] = False,
    database: DatabaseOption = DEFAULT_DATABASE,
    json: JsonOption = False,
) -> None:
    """List the requests that wait for an answer."""
    terminal = Terminal(is_json=json)
    with opened(database, is_writer=False) as store:
        from matcher.store import list_requests

        with store.reading() as session:
            found = list_requests(session, is_open=None if everything else True)
    for one in found:
        terminal.line(f"{one.request_id}  {one.asked_at:%Y-%m-%d}  {one.candidate_id}  {one.kind}: {one.words}")
        if one.outcome is not None:
            terminal.line(f"   {one.outcome} by {one.answered_by}: {one.answer}")
    terminal.document(
        [
            {name: getattr(one, name) for name in one.__slots__ if not name.endswith("_at")}
            | {"asked_at": one.asked_at.isoformat()}
            for one in found
        ]
    )


@rights.command()
def erase(
    candidate: CandidateArgument,
    by: ByOption,
    reason: ReasonOption,
    database: DatabaseOption = DEFAULT_DATABASE,
    json: JsonOption = False,
) -> None:
    """Erase what is known of somebody, where nothing keeps it."""
    terminal = Terminal(is_json=json)
    with opened(database) as store:
        from matcher.store import erase as erased

        with store.writing() as session:
            found = erased(session, candidate, by=by, reason=reason)
    gone = ", ".join(f"{table} {count}" for table, count in found.rows.items() if count)
    stay = ", ".join(f"{table} {count}" for table, count in found.stay.items() if count)
    terminal.line(f"Erased: {candidate} ({gone}). Under the pseudonym stay: {stay or 'nothing'}.")
    terminal.document({"candidate_id": candidate, "rows": dict(found.rows), "stay": dict(found.stay)})

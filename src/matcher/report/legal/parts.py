"""Parts that several documents share: how long what is kept, who sees what, what protects it, what people may do."""

from __future__ import annotations

from matcher.languages import Phrases, message
from matcher.report.legal.document import Section, filled
from matcher.report.legal.facts import SystemFacts

ROLES = {
    "matcher": message("decide about proposals; the candidates of their units, and who they are"),
    "planner": message("plan and publish; pseudonyms"),
    "supplier": message("whom they have been promised at their own contracts, in agreed fields"),
    "auditor": message("figures and logs; no names"),
    "administrator": message("accounts and rules; nobody's data"),
    "service": message("other systems with a token; pseudonyms"),
}
MEASURES = (
    message(
        "Everybody is known by a pseudonym. Who it is stands encrypted (AES-GCM) under a key of each person's own."
    ),
    message("Personal numbers are refused in every id and text."),
    message("Every address stands in one table of roles and units; what does not stand there is refused."),
    message("Every look at a person, every change and every decision is in a log whose entries bind one another."),
    message("Passwords are kept as Argon2id hashes, sessions and tokens as hashes; forms carry a token of their own."),
    message("Nothing is fetched from elsewhere while it runs, unless it is configured."),
    message("Backups are of one moment, hold pseudonyms, and are verified by a hash."),
)
RIGHTS = (
    message("A letter explains the plan in plain words, with what would have to be otherwise."),
    message("Everything that is stored is given out as a file, found by the database's own foreign keys."),
    message("A request for review is answered by somebody who has not taken the decision."),
    message("Erasure destroys the person's key; where an archive's rule stands, the answer names law and day."),
)
OVERSIGHT = (
    message("The program proposes. Only a named person's acceptance of that person leads to a placement."),
    message("Each proposal shows why it fits, and what the plan loses with and without it, before anybody decides."),
    message("Decisions can be taken back, pairs pinned or ruled out, and the planner can be stopped."),
    message("The page of oversight shows how often proposals are accepted, how fast, and warns of rubber-stamping."),
)


def opening(facts: SystemFacts, say: Phrases) -> list[str]:
    """Return what every document begins with: whose it is, and of when its facts are."""
    return [
        say.text(
            "Filled from the running system on {day}: Matcher {version} on {database}.",
            day=say.long_date(facts.day),
            version=facts.versions.get("matcher", ""),
            database=facts.database,
        ),
        say.text("What stands in square brackets only the municipality knows; read everything before you sign it."),
    ]


def responsible(facts: SystemFacts, say: Phrases) -> Section:
    """Return who is responsible."""
    return Section(
        heading=say.text("Who is responsible"),
        points=[
            say.text("Controller: {name}", name=filled(facts.controller, say)),
            say.text("Data protection officer: {name}", name=filled(facts.officer, say)),
        ],
    )


def retention(facts: SystemFacts, say: Phrases) -> Section:
    """Return how long what is kept."""
    rows = []
    for rule in facts.rules:
        if rule.keep_months is None:
            period = say.text("for ever")
        elif rule.is_archived:
            period = say.plural("at least {count} month", "at least {count} months", rule.keep_months)
        else:
            period = say.plural("erased after {count} month", "erased after {count} months", rule.keep_months)
        rows.append([rule.entity, period, rule.legal_basis, rule.approved_by])
    nothing = say.text("No rule of retention is in force: nothing is erased by itself. Decide on rules first.")
    return Section(
        heading=say.text("How long data are kept"),
        paragraphs=[] if rows else [nothing],
        header=[say.text(name) for name in (ABOUT, LONG, GROUND, APPROVED)],
        rows=rows,
    )


def who_sees(facts: SystemFacts, say: Phrases) -> Section:
    """Return who sees what, and how many they are."""
    return Section(
        heading=say.text("Who sees what"),
        header=[say.text(name) for name in (ROLE, SEES, HOW_MANY)],
        rows=[
            [role, say.text(sees), str(facts.num_systems if role == "service" else facts.accounts_by_role.get(role, 0))]
            for role, sees in ROLES.items()
        ],
    )


def listed(heading: str, texts: tuple[str, ...], say: Phrases) -> Section:
    """Return a list under a heading."""
    return Section(heading=say.text(heading), points=[say.text(text) for text in texts])


ABOUT, LONG = message("About what"), message("How long")
GROUND, APPROVED = message("Legal ground"), message("Approved by")
ROLE, SEES, HOW_MANY = message("Role"), message("Sees and does"), message("How many")

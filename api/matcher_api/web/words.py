"""The words of states and acts that several pages show, in English; the catalogues hold the translations."""

from __future__ import annotations

from matcher.languages import message

FORMS = {
    "employment": message("Employment"),
    "apprenticeship": message("Apprenticeship"),
    "internship": message("Internship"),
}
PROPOSALS = {
    "proposed": message("waits for a decision"),
    "accepted": message("accepted"),
    "rejected": message("rejected"),
    "withdrawn": message("taken back"),
    "superseded": message("overtaken by a later plan"),
}
ACTS = {
    "accept": message("accepted"),
    "reject": message("rejected"),
    "pin": message("pinned"),
    "forbid": message("ruled out"),
    "withdraw": message("taken back"),
}
JOBS = {
    "queued": message("waits"),
    "running": message("is being made"),
    "done": message("done"),
    "failed": message("failed"),
    "cancelled": message("cancelled"),
}
DIFFERENT = {
    "placed": message("newly placed"),
    "moved": message("moved"),
    "no_longer_placed": message("no longer placed"),
    "other_route": message("other route or start"),
}

"""The reference instances S, M and M_optional: ready-scored, with seats, one budget and four hard minimum counts."""

import shutil
from decimal import Decimal
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.instance import DATA, Instance, from_folder
from matcher.formats import read_problem
from matcher.problem import Problem

FOLDER = DATA / "optimization" / "reference"


def overlaid(folder: Path, tables: Path) -> Problem:
    """Return the problem of a folder in which the tables of another one take the place of its own."""
    with TemporaryDirectory(prefix="matcher-benchmark-") as merged:
        for source in (folder, tables):
            for file in source.glob("*.csv"):
                shutil.copy(file, merged)
        return read_problem(merged)


INSTANCES = (
    from_folder(
        "S",
        "500 candidates, 200 vacancies, 30 cohorts",
        FOLDER / "S",
        {"shortfall": Decimal(0), "placements": Decimal("228.2650")},
        27_119,
    ),
    from_folder(
        "M",
        "2 000 candidates, 600 vacancies, 60 cohorts",
        FOLDER / "M",
        {"shortfall": Decimal(0), "placements": Decimal("771.1149")},
        120_964,
        peers=("highs-scipy", "scip", "cp-sat"),
        peer_limit_s=180.0,
        most_rounds=2,
    ),
    Instance(
        name="M_optional",
        title="M with all 60 cohorts optional, each with a fixed cost and a smallest enrolment",
        kind="planning",
        make=partial(overlaid, FOLDER / "M", FOLDER / "M_optional"),
        source=FOLDER / "M_optional",
        best={"shortfall": Decimal(0), "placements": Decimal("766.2609")},
        num_columns=120_964,
        peers=("scip",),
        peer_limit_s=200.0,
        most_rounds=1,
        is_large=True,
    ),
)

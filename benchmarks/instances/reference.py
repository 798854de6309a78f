"""The reference instances S and M: ready-scored, with seats, one budget and four hard minimum counts."""

from decimal import Decimal

from benchmarks.instance import DATA, from_folder

FOLDER = DATA / "optimization" / "reference"

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
    ),
)

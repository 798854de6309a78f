"""The list of trials: a new one is one entry here."""

from __future__ import annotations

from tests.trust import agreement, bombs, commands, disks, drills, fuzzed, gaps, kills, races, restarts, sleepers, soak
from tests.trust.trials import Trial

IMPORTERS = ("ocds", "eforms", "ted", "jobtech-ads", "jobtech-taxonomy", "workbook", "table", "document")
FUZZED = tuple(
    Trial(
        name=f"fuzz-{name}",
        claim=f"a coverage-guided fuzzer finds nothing that {words} does but read or refuse",
        unit="runs",
        short=1_000,
        full=1_000_000,
        at_once=50_000,
        run=fuzzed.fuzz(name),
    )
    for name, words in (
        *((name, f"the importer of {name}") for name in IMPORTERS[:5]),
        *((name, f"the reader of a problem's {name}") for name in IMPORTERS[5:]),
    )
)
TRIALS = (
    *FUZZED,
    Trial(
        name="kills-sqlite",
        claim="`kill -9` of the service under mixed writes loses nothing acknowledged and does nothing twice (SQLite)",
        unit="kills",
        short=25,
        full=500,
        at_once=50,
        run=kills.kill_sqlite,
    ),
    Trial(
        name="kills-postgresql",
        claim="the same for the service and for the server's own processes (PostgreSQL)",
        unit="kills",
        short=25,
        full=500,
        at_once=50,
        run=kills.kill_postgresql,
    ),
    Trial(
        name="races-sqlite",
        claim="of 16 clients that want the last place or seat one gets it (SQLite)",
        unit="races",
        short=100,
        full=1_000,
        at_once=250,
        run=races.race_sqlite,
    ),
    Trial(
        name="races-postgresql",
        claim="of 16 clients that want the last place or seat one gets it (PostgreSQL)",
        unit="races",
        short=100,
        full=1_000,
        at_once=250,
        run=races.race_postgresql,
    ),
    Trial(
        name="full-disk-sqlite",
        claim="a full disk is answered 507, reading goes on, and so does writing once there is room (SQLite)",
        unit="disks",
        short=5,
        full=100,
        at_once=25,
        run=disks.fill_sqlite,
    ),
    Trial(
        name="full-disk-postgresql",
        claim="the same where the disk under PostgreSQL's tables is full",
        unit="disks",
        short=2,
        full=30,
        at_once=10,
        run=disks.fill_postgresql,
    ),
    Trial(
        name="read-only",
        claim="a database that may only be read (SQLite's disk, a PostgreSQL that stands by) is answered 503 with "
        "Retry-After, and written again afterwards",
        unit="times",
        short=20,
        full=200,
        run=disks.forbid_writing,
    ),
    Trial(
        name="broken-disk",
        claim="a disk that the kernel has made read-only after an error is answered 503 with Retry-After, reading goes "
        "on, and once it has been mended nothing acknowledged is lost (SQLite)",
        unit="disks",
        short=3,
        full=100,
        at_once=25,
        run=disks.break_disks,
    ),
    Trial(
        name="restarts",
        claim="PostgreSQL restarted under load: 503 with Retry-After meanwhile, nothing acknowledged lost",
        unit="restarts",
        short=5,
        full=100,
        at_once=20,
        run=restarts.restart,
    ),
    Trial(
        name="pauses",
        claim="a worker that was paused and wakes after its lease stores nothing; its job is done once",
        unit="pauses",
        short=10,
        full=200,
        at_once=50,
        run=sleepers.pause,
    ),
    Trial(
        name="clock-jumps",
        claim="clocks that jump by up to a day leave no job undone and end none twice",
        unit="stories",
        short=50,
        full=1_000,
        at_once=250,
        run=sleepers.jump,
    ),
    Trial(
        name="drills",
        claim="a backup restored into either kind of database is the same, byte by byte, and works",
        unit="backups",
        short=6,
        full=100,
        at_once=20,
        run=drills.drill,
    ),
    Trial(
        name="soak",
        claim="three days of requests: memory, handles, threads and passing rows stay within their bounds",
        unit="requests",
        short=3_000,
        full=60_000,
        at_once=20_000,
        run=soak.soak,
    ),
    Trial(
        name="bombs",
        claim="uploads made to burst are refused within 2 s of processor time and 300 MB",
        unit="uploads",
        short=len(bombs.BOMBS),
        full=10 * len(bombs.BOMBS),
        run=bombs.explode,
    ),
    Trial(
        name="access",
        claim="every address x role x scope: what is not theirs is 403 or 404, with the queries of what is nowhere; "
        "spoilt tokens are 401",
        unit="times",
        short=1,
        full=1,
        run=commands.pytest_of(
            *("tests/api/test_policy.py", "tests/api/test_guard.py", "tests/api/test_scopes.py"),
            *("tests/api/test_provider.py", "tests/api/test_signing_in.py", "tests/api/test_second_factor.py"),
        ),
    ),
    Trial(
        name="requests",
        claim="random requests to every address for each role: no 5xx, nothing that the description does not have",
        unit="examples per address and role",
        short=4,
        full=320,  # some 100 000 requests
        at_once=40,
        run=commands.pytest_of(
            "tests/api/test_fuzz.py",
            environment=lambda portion: {"FUZZ_EXAMPLES": str(portion.count), "FUZZ_SEED": str(portion.first)},
        ),
    ),
    Trial(
        name="agreement",
        claim="SCIP, HiGHS and CP-SAT agree with the engine on every aim of random problems that mix all rules",
        unit="problems",
        short=60,
        full=5_000,
        at_once=250,
        run=agreement.compare,
    ),
    Trial(
        name="gaps",
        claim="solved to a gap above 0, searches cut short among them, the best value of every aim is, by all three, "
        "between the plan's value and its certified bound",
        unit="problems",
        short=60,
        full=2_000,
        at_once=250,
        run=gaps.compare,
    ),
    Trial(
        name="explanations",
        claim="what is said after solving again is what trying every plan says",
        unit="problems",
        short=20,
        full=1_000,
        at_once=100,
        run=commands.explained,
    ),
    Trial(
        name="checker",
        claim="the checker says of random plans, sound and spoilt, what a second reading of the rules says",
        unit="parts of 50 problems",
        short=2,
        full=40,
        at_once=40,
        run=commands.pytest_of(
            "tests/check/test_plans_agreement.py",
            environment=lambda portion: {
                "AGREEMENT_FIRST_PART": str(portion.first),
                "AGREEMENT_PARTS": str(portion.count),
            },
        ),
    ),
)

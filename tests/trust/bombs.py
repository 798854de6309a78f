"""Uploads that are meant to take all the memory or time: each is refused in two seconds and within 300 MB."""

from __future__ import annotations

import io
import json
import multiprocessing
import resource
import sys
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection

from starlette.testclient import TestClient

from matcher.store import Store
from tests.sources.test_xml_reading import LAUGHS, XXE
from tests.trust.places import SqliteFiles
from tests.trust.trials import Portion, Tally
from tests.trust.writing import client_once, prepared, warm

MOST_SECONDS = 2.0
MOST_MB = 300.0
MILLION = 1_000_000
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=x"
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.trust.made"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Bomb:
    """Something that is sent.

    Parameters
    ----------
    name, address, media_type : str
    make : callable
        Makes the body, which takes memory of its own only while it is sent.
    """

    name: str
    address: str
    media_type: str
    make: Callable[[], bytes]


def _zip(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def _sheet(rows: str) -> bytes:
    """Return a workbook whose sheet of budgets has these rows."""
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    return _zip(
        {
            "xl/workbook.xml": f'<workbook {space} xmlns:r="{relation}"><sheets><sheet name="budgets" sheetId="1" '
            f'r:id="r1"/></sheets></workbook>'.encode(),
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}"><Relationship Id="r1" '
            f'Type="{relation}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'.encode(),
            "_rels/.rels": f'<Relationships xmlns="{package}"><Relationship Id="r1" '
            f'Type="{relation}/officeDocument" Target="xl/workbook.xml"/></Relationships>'.encode(),
            "xl/worksheets/sheet1.xml": f"<worksheet {space}><sheetData>{rows}</sheetData></worksheet>".encode(),
        }
    )


def _row(columns: int) -> bytes:
    return ("{" + ",".join(f'"c{number}":1' for number in range(columns)) + "}").encode()


def _element(attributes: int) -> bytes:
    return ("<a " + " ".join(f'b{number}="1"' for number in range(attributes)) + "/>").encode()


def _budget(number: int) -> str:
    return f'{{"budget_id":"B{number}","amount":1}}'


def _problem(tables: str) -> bytes:
    return f'{{"version": 1, {tables}}}'.encode()


_PARTS_HEAD = b'--x\r\nContent-Disposition: form-data; name="c"\r\n\r\n1\r\n'

BOMBS = (
    Bomb(
        name="a workbook that unpacks to a gigabyte",
        address="/v1/imports/workbook",
        media_type="application/octet-stream",
        make=lambda: _zip({f"xl/worksheets/sheet{number}.xml": bytes(20_000_000) for number in range(50)}),
    ),
    Bomb(
        name="a workbook of a hundred thousand parts",
        address="/v1/imports/workbook",
        media_type="application/octet-stream",
        make=lambda: _zip({f"xl/{number}.xml": b"" for number in range(100_000)}),
    ),
    Bomb(
        name="a sheet of a million columns",
        address="/v1/imports/workbook",
        media_type="application/octet-stream",
        make=lambda: _sheet("<row>" + "<c><v>1</v></c>" * MILLION + "</row>"),
    ),
    Bomb(
        name="a sheet of entities",
        address="/v1/imports/workbook",
        media_type="application/octet-stream",
        make=lambda: _zip({"xl/workbook.xml": LAUGHS.encode()}),
    ),
    Bomb(
        name="a notice of entities",
        address="/v1/imports/eforms",
        media_type="application/octet-stream",
        make=LAUGHS.encode,
    ),
    Bomb(
        name="a notice that names a file",
        address="/v1/imports/eforms",
        media_type="application/octet-stream",
        make=XXE.encode,
    ),
    Bomb(
        name="a notice a hundred thousand deep",
        address="/v1/imports/eforms",
        media_type="application/octet-stream",
        make=lambda: b"<a>" * 100_000,
    ),
    Bomb(
        name="a notice with a million attributes",
        address="/v1/imports/eforms",
        media_type="application/octet-stream",
        make=lambda: _element(MILLION),
    ),
    Bomb(
        name="a release a million deep",
        address="/v1/imports/ocds",
        media_type="application/octet-stream",
        make=lambda: b'{"releases": ' + b"[" * MILLION,
    ),
    Bomb(
        name="a number of ten million digits",
        address="/v1/imports/ocds",
        media_type="application/octet-stream",
        make=lambda: b'{"ocid": ' + b"9" * 10_000_000 + b"}",
    ),
    Bomb(name="a row of a million columns", address="/v1/budgets", media_type=JSON, make=lambda: _row(MILLION)),
    Bomb(
        name="a problem whose row has a million columns",
        address="/v1/solve",
        media_type=JSON,
        make=lambda: _problem('"budgets": [' + _row(MILLION).decode() + "]"),
    ),
    Bomb(
        name="a problem of a million rows",
        address="/v1/solve",
        media_type=JSON,
        make=lambda: _problem('"budgets": [' + ",".join(_budget(number) for number in range(MILLION)) + "]"),
    ),
    Bomb(
        name="a member of a million columns that nobody knows",
        address="/v1/solve",
        media_type=JSON,
        make=lambda: _problem('"more": ' + _row(MILLION).decode()),
    ),
    Bomb(name="arrays a million deep", address="/v1/solve", media_type=JSON, make=lambda: b"[" * MILLION),
    Bomb(
        name="a body of arrays a million deep",
        address="/v1/runs",
        media_type=JSON,
        make=lambda: b'{"seed": ' + b"[" * MILLION + b"]" * MILLION + b"}",
    ),
    Bomb(
        name="a text of thirty megabytes",
        address="/v1/budgets",
        media_type=JSON,
        make=lambda: json.dumps({"budget_id": "x" * 30_000_000, "amount": 1}).encode(),
    ),
    Bomb(
        name="a form of a million fields",
        address="/sign-in",
        media_type=FORM,
        make=lambda: "&".join(f"c{number}=1" for number in range(MILLION)).encode(),
    ),
    Bomb(
        name="a form of half a million parts",
        address="/import",
        media_type=PARTS,
        make=lambda: _PARTS_HEAD * (MILLION // 2) + b"--x--\r\n",
    ),
    Bomb(
        name="more than may be sent",
        address="/v1/imports/ocds",
        media_type="application/octet-stream",
        make=lambda: bytes(65 << 20),
    ),
)


def explode(portion: Portion) -> Tally:
    """Send every bomb so many times, each from a process of its own."""
    files = SqliteFiles(portion.folder)
    warm(files.address())  # what a first request makes takes longer than most bombs
    address = files.address()
    with Store(address) as store:
        token = prepared(store)
    counts = {"refused": 0, "most seconds": 0.0, "most megabytes": 0.0}
    faults = []
    for number in range(portion.first, portion.first + portion.count):
        bomb = BOMBS[number % len(BOMBS)]
        status, seconds, megabytes = dropped(bomb, address, token)
        print(f"{bomb.name}: {status}, {seconds:.2f} s, {megabytes:.0f} MB", file=sys.stderr, flush=True)
        counts["most seconds"] = max(counts["most seconds"], seconds)
        counts["most megabytes"] = max(counts["most megabytes"], megabytes)
        if not 400 <= status < 500:
            faults.append(f"{bomb.name} was answered {status}")
        elif seconds > MOST_SECONDS or megabytes > MOST_MB:
            faults.append(f"{bomb.name} took {seconds:.1f} s of processor time and {megabytes:.0f} MB")
        else:
            counts["refused"] += 1
    return Tally(counts=counts, faults=faults)


def dropped(bomb: Bomb, address: str, token: str) -> tuple[int, float, float]:
    """Return status, processor seconds and megabytes beyond what the process and the body itself take.

    The process is forked from one that has no other threads: in a fork of this one, a lock that some thread holds at
    that moment would never be free again.
    """
    answering, answer = FORKS.Pipe(duplex=False)
    process = FORKS.Process(target=_drop, args=(BOMBS.index(bomb), address, token, answer))
    process.start()
    answer.close()
    try:
        status, seconds, megabytes = answering.recv()
    except EOFError:
        status, seconds, megabytes = 599, 0.0, 0.0
    process.join()
    return int(status), float(seconds), float(megabytes)


def _drop(number: int, address: str, token: str, answer: Connection) -> None:
    answer.send(_dropped_here(BOMBS[number], address, token))


def _dropped_here(bomb: Bomb, address: str, token: str) -> tuple[int, float, float]:
    content = bomb.make()
    with Store(address) as store, client_once(store, token) as client:
        client.get("/v1/runs")  # everything is loaded by now
        before, began = _peak_mb(), time.process_time()
        status = _sent(client, bomb, content)
        seconds, after = time.process_time() - began, _peak_mb()
        if client.get("/healthz").status_code != 200:
            status = 598
    return status, seconds, after - before


def _sent(client: TestClient, bomb: Bomb, content: bytes) -> int:
    answer = client.post(bomb.address, content=content, headers={"Content-Type": bomb.media_type})
    if answer.status_code == 200 and bomb.address.startswith("/v1/imports/"):
        made = answer.json()  # a file of another program: what cannot be taken in is listed, and nothing else happens
        return 422 if made["num_left_out"] and not made["added"] + made["changed"] else 200
    return int(answer.status_code)


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

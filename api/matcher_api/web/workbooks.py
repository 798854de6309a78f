"""Tables as workbooks: written, answered to be saved, or as an address that holds the whole of one."""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Sequence
from pathlib import Path

from fastapi import Response

from matcher.report.study_files import write_tables
from matcher.whatif.study import StudyTable

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook_of(tables: Sequence[StudyTable], name: str) -> Response:
    """Return tables as a workbook to be saved."""
    return answer_of(written(tables), name)


def answer_of(content: bytes, name: str) -> Response:
    """Return a workbook to be saved under a name."""
    return Response(
        content, media_type=WORKBOOK, headers={"Content-Disposition": f'attachment; filename="{name}.xlsx"'}
    )


def inlined(tables: Sequence[StudyTable]) -> str:
    """Return tables as an address that is the workbook itself: for what stands on one answer and nowhere else."""
    return f"data:{WORKBOOK};base64,{base64.b64encode(written(tables)).decode()}"


def written(tables: Sequence[StudyTable]) -> bytes:
    """Return tables as the content of a workbook."""
    with tempfile.TemporaryDirectory(prefix="matcher-excel-") as folder:
        path = Path(folder) / "table.xlsx"
        write_tables(tables, path)
        return path.read_bytes()

"""Workbooks built part by part, so that a test may make any of them wrong."""

from __future__ import annotations

import zipfile
from pathlib import Path

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
RELATIONS = (
    f'<Relationships xmlns="{_PACKAGE}">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><numFmts><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
    '<numFmt numFmtId="165" formatCode="0.00&quot; day&quot;[Red]"/></numFmts>'
    '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>'
)


def sheet(*rows: str, before: str = "", prefix: str = "") -> str:
    """Return a sheet of rows such as ``<c><v>1</v></c>``; a prefix stands before every element's name."""
    name = f":{prefix[:-1]}" if prefix else ""
    body = "".join(f'<row r="{number}">{row}</row>' for number, row in enumerate(rows, start=1))
    text = f"<sheetData>{body}</sheetData></worksheet>"
    if prefix:
        text = text.replace("</", "\0").replace("<", f"<{prefix}").replace("\0", f"</{prefix}")
    return f'<?xml version="1.0" encoding="UTF-8"?>{before}<{prefix}worksheet xmlns{name}="{_MAIN}">{text}'


def text(*values: str) -> str:
    """Return cells that hold their own texts."""
    return "".join(f'<c t="inlineStr"><is><t xml:space="preserve">{value}</t></is></c>' for value in values)


def workbook(path: Path, sheets: dict[str, str], *, shared: str = "", properties: str = "", **parts: str) -> Path:
    """Write a workbook; `parts` replaces or adds parts, their names with ``__`` for the slash and ``_`` for the dot."""
    names = list(sheets)
    relations = "".join(
        f'<Relationship Id="s{number}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in range(len(names))
    )
    entries = "".join(f'<sheet name="{name}" sheetId="{n + 1}" r:id="s{n}"/>' for n, name in enumerate(names))
    content = {
        "_rels/.rels": RELATIONS,
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">{properties}'
        f"<sheets>{entries}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}">{relations}'
        f'<Relationship Id="st" Type="{_OFFICE}/styles" Target="/xl/styles.xml"/>'
        f'<Relationship Id="ss" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/styles.xml": STYLES,
        "xl/sharedStrings.xml": f'<sst xmlns="{_MAIN}">{shared}</sst>',
        **{f"xl/worksheets/sheet{number}.xml": sheets[name] for number, name in enumerate(names)},
    }
    content |= {name.replace("__", "/").replace("_", "."): part for name, part in parts.items()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in content.items():
            archive.writestr(name, part)
    return path

"""The tables of a problem in the database, made from the one description that files are read by too.

A new column of `formats.tables` is a column here at once; the migration that adds it to databases in use is what
remains to be written, and a test says so.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from matcher.formats.kinds import BOOLEAN, DATE, DECIMAL, INTEGER, NUMBER, Kind
from matcher.formats.schema import Table
from matcher.formats.tables import TABLES
from matcher.problem import KEY_BY_TABLE
from matcher.problem.validation import REFERENCES
from matcher.store.tables.types import BIG, ROW_NUMBER, Exact

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# Whose life is followed by states (`lives`).
LIVING = ("candidates", "vacancies")
# A pair's key holds a list; a database cannot keep an index over texts that long, and the problem judges it itself.
_WITHOUT_UNIQUE_KEY = ("pairs",)
# By these, lists are read in order and from a day on.
_SORTED_BY = {
    "contracts": "start_date",
    "vacancies": "start_date",
    "candidates": "available_from",
    "cohorts": "start_date",
}
_TYPES: dict[Kind, type[sa.types.TypeEngine[Any]]] = {
    DATE: sa.Date,
    DECIMAL: Exact,
    INTEGER: sa.BigInteger,
    NUMBER: sa.Double,
    BOOLEAN: sa.Boolean,
}


def _column_type(kind: Kind) -> sa.types.TypeEngine[Any]:
    """Return the type of a column; a list is one text, as in the cell of a file."""
    return _TYPES.get(kind, sa.Text)()


def _sql_table(table: Table) -> sa.Table:
    key = KEY_BY_TABLE[table.name]
    columns: list[sa.Column[object]] = [sa.Column("row_id", ROW_NUMBER, primary_key=True)]
    for column in table.columns:
        is_optional = table.default_by_name[column.name] is None and not column.kind.is_list
        nullable = is_optional and column.name not in key and (not column.is_required or column.may_be_empty)
        columns.append(sa.Column(column.name, _column_type(column.kind), nullable=nullable))
    if table.name in LIVING:
        columns.append(sa.Column("state", sa.Text, nullable=False))
    columns.append(sa.Column("version", BIG, nullable=False))
    made = sa.Table(table.name, metadata, *columns)
    if table.name not in _WITHOUT_UNIQUE_KEY:
        made.append_constraint(sa.UniqueConstraint(*key))
    for name, field, other in REFERENCES:
        if name == table.name and not table.column_by_name[field].kind.is_list:
            target = KEY_BY_TABLE[other][0]
            made.append_constraint(sa.ForeignKeyConstraint([field], [f"{other}.{target}"]))
            if field != key[0] or name in _WITHOUT_UNIQUE_KEY:
                sa.Index(None, made.c[field])
    if table.name in _SORTED_BY:
        sa.Index(None, made.c[_SORTED_BY[table.name]])
    return made


SQL_BY_TABLE = {table.name: _sql_table(table) for table in TABLES}

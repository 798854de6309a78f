"""The database itself: opened, locked, brought to the present schema, backed up, copied."""

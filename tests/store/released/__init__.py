"""Backups of released schemas, as they were written, which every later release must still read."""

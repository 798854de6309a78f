"""Columns of which a solve holds only some, and what that proves about all."""

"""Use cases: what the interfaces ask for, each in one call."""

"""The audit log, and what must never be written down for good."""

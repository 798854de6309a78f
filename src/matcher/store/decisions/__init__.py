"""What people decide and what becomes of it: proposals, decisions, placements, follow-ups."""

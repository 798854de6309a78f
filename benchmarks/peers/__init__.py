"""Ours and others on the same columns: what a method takes, what it answers, and the list of methods."""

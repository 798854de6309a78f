"""Oracles: what is right, computed from the rules alone and the slow way; they share no code with the product."""

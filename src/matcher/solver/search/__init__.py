"""Branch and bound, from a relaxation to whole people."""

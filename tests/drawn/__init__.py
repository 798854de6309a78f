"""The tables of a random problem, each drawn from one source of chance."""

"""Linear and integer programmes, and when their solvers stop."""

"""Random problems with all rules mixed, solved by the engine and as whole models by three solvers."""

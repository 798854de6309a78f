"""What is worked out: jobs, runs and their plans, studies, the switch that stops them."""

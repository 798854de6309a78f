"""How fast Matcher is, beside whom, and how good its plans are: instances, methods and phases, measured and told."""

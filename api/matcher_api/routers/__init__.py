"""The addresses, one module for each kind of thing; an endpoint reads, calls a use case and answers."""

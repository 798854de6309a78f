"""A whole country: too many people for a simplex, too many columns to be held."""

"""How good plans are beside the staff's way, and where the time goes."""

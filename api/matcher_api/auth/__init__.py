"""Who asks, and what they may: sign-in, roles, scopes, and the one table that every address stands in."""

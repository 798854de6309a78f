"""Who may do what: people, their roles and scopes, sessions, other systems' tokens."""

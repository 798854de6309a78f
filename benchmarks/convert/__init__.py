"""Classical assignment problems, as problem folders: least cost becomes greatest score."""

"""What an earlier solve of a similar problem leaves to the next one."""

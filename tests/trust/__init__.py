"""What must hold however often it is tried: trials with a short form (``make trust``) and a long one."""

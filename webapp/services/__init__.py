"""Every write and every non-trivial read: told who acts and what time it is, knowing no request."""

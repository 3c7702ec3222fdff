"""Speed as a ratio against a peer in the same run, with the difference of results beside it."""

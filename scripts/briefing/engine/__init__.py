"""Building a site fast: in several processes, and of the last site only what has changed."""

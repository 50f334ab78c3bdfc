"""A judge a kind of fact: what the case says of it. Each verdict says why."""

"""A plan and a network that has changed under it, to the pairs in danger and new lists for them."""

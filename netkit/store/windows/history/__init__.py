"""What history is made of: the fewest rows that cover a time, and their counts as numpy columns."""

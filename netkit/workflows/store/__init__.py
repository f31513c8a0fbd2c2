"""What is kept, read and looked after: the store and the statistics of windows brought together."""

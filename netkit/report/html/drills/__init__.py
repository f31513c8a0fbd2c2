"""A drill as a page for whoever runs the network: one file, nothing is loaded."""

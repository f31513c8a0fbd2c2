"""plan.json with what it was made from: written beside the answers, and read back to follow a
change of the network."""

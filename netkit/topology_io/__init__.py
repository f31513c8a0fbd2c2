"""Files and graphs to topologies and back, with every check."""

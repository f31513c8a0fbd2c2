"""Commands: the only place that wires the rooms together, prints, and exits."""

"""Values of watching: rules of alarms, the alarms themselves, and what is told of them to whom."""

"""What follows from stored measurements: alarms, likely links, exporters, the closed loop. Pure."""

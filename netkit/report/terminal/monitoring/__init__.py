"""Lines about what is monitored: where changes come from, alarms, the closed loop."""

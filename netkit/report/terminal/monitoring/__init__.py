"""Lines about what is monitored."""

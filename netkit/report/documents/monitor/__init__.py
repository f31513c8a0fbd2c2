"""What is monitored, as JSON."""

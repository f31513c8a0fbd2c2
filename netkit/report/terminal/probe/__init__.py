"""What was measured, as people see it: one host, several, a trace, a certified mesh."""

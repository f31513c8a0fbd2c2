"""Drills from their files to what packets showed: planned, booted, broken, held against the plan."""

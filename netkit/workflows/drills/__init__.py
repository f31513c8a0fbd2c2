"""Drills from their files to what packets showed: planned, booted, broken, held to the plan."""

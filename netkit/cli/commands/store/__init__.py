"""``history``, ``export`` and ``store``: what was measured day by day, and the care of it."""

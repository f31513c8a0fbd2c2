"""Samples to figures: delay, delay variation, loss, reordering."""

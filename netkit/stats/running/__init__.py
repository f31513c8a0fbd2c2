"""Figures of samples as they come, in bounded memory: counts, sketches, reordering.

Quantiles are within the sketch's stated relative error (DDSketch, Masson et al., 2019).
"""

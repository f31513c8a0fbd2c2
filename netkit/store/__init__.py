"""Where measurements and documents are kept: files written whole or not at all, samples as CSV.

Values come in and are on disk when a call returns; a full disk leaves what was there before.
"""

"""Where measurements and documents are kept: whole or not at all, in files and in a database.

Values come in and are on disk when a call returns; a full disk leaves what was there before.
"""

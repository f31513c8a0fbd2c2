"""Sentences and number formats for people: a value of the model comes in, its English words go out.

One function for each kind of value, the same for the terminal, for HTML and for the text fields of
JSON documents. Below this room values carry figures, ids and causes only.
"""

"""The language that people are spoken to in: English messages in, words of that language out.

A message is an English sentence with the names of its values in braces; the catalogues of
``locale/`` are gettext's, one for each other language. Who knows people chooses the language, once,
at the edge. Rooms that work things out do not import this one.
"""

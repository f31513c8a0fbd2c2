"""One report of documents: a page that opens from disk and holds its data once, in columns.

Documents come in as JSON, known by their ``schema``; the page's own modules draw what they say.
"""

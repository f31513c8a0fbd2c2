"""The report as one HTML page: maps, strips of delays, tables; no script from elsewhere.

Results come in; a page that needs no network goes out.
"""

"""Plans to router configurations, a sub-room per target platform.

A topology and a plan come in, the text that each router takes goes out: same input, same bytes.
Every target writes the edge filter of RFC 8754 §5.1 as well.
"""

"""Plans to router configurations, a sub-room per target platform.

A topology and a plan come in; ``desired`` makes of them what each router is to hold, in no vendor's
words, and the dialect of a target the text that the router takes: same input, same bytes. The same
dialect reads files back into that state, so that two of them can be compared by what they mean.
What a target cannot say is left out and told; what exceeds a platform's limit is refused first.
"""

"""What would help a pair that has no list: constraints waived, bounds moved, links to build.

A refused demand comes in; the smallest relaxations, each tried, go out as figures and names.
"""

"""What the lab needs of a machine, and whether it is there: each need tried, not assumed.

Nothing comes in; a list of needs goes out, met or not, each with its remedy.
"""

"""Where work goes: sites inside the bound of a class, and tables of demands assigned to sites.

Lexicographic mixed-integer programs, each goal fixed before the next (HiGHS).
"""

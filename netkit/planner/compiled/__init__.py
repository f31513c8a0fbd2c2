"""The planner's inner loops, compiled by numba from Python, for work that repays it.

Arrays come in, arrays go out. Each kernel here has its reference in a room beside this one and
gives the same answer to the last tie; without numba, or for little work, the reference runs.
"""

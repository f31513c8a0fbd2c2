"""Labs beside campaigns: one that stays and what its owner answers; whether this machine can.

A planned backbone comes in; answers of a running lab, and needs of this machine go out.
"""

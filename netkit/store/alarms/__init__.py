"""Alarms in the database of windows: recorded once, told until somebody has heard.

States, alarms and what is to be told are written in one transaction: whoever evaluates the same
windows again adds nothing.
"""

"""The newest window of each series, read fast: SQLite without what a plug-in has no time to load.

A plug-in of a monitoring system is started every minute for every pair, and loading SQLAlchemy
takes longer than all else that it does. So the one statement that it needs is kept as text, and a
test compares it with what SQLAlchemy makes of the one schema. PostgreSQL is read by SQLAlchemy.
"""

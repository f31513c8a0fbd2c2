"""Drills: what is broken when, what the network does about it, and what packets are to show."""

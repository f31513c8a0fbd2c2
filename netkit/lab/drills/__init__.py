"""Drills: something is broken in a booted lab, and what happens is laid beside the plan.

A booted lab and what to cut come in; a result with the phases before, during and after goes out.
"""

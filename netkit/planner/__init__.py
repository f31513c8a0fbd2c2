"""Topology and demands to a plan: pure, deterministic, and replayed before it leaves.

``network`` holds the graph and its shortest paths, ``search`` finds lists, ``proof`` replays
them with code of its own, the other sub-rooms build on both.
"""

"""Topology and demands to a plan: pure, deterministic, and replayed before it leaves."""

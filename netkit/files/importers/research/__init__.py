"""Formats that network research keeps its topologies and demands in: Repetita and SNDlib."""

"""Drill scenarios as YAML files: read whole, every problem with its line and a remedy."""

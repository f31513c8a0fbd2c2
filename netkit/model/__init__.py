"""Frozen values that every room of netkit shares. Standard library only."""

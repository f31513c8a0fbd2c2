"""Campaigns and other runs of several targets, as people see them."""

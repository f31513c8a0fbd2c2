"""The commands of ``netkit``, a file each; those of one subject share a folder.

A command takes parsed options, calls one workflow, and prints what it answers.
"""

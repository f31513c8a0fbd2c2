"""From what a router should have to a router elsewhere that has it: over BGP, over NETCONF.

What has to be said is worked out from values alone; one small file of each protocol has the
connection. What was pushed is read back: accepted is not installed.
"""

"""FRR 10.3 and later: what ``vtysh -f`` takes.

In: the state of a router. Out: locators and the source address (``zebra``), static SIDs and static
routes with segments (``staticd``), the locator of IS-IS (``isisd``). FRR has no SRv6 policies: what
enters one is a static route, its candidate paths routes of rising distance. What a version takes is
read in the source of that version, and tried with 10.3 as Debian 13 has it.
"""

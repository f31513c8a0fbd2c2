"""The models of the IETF: ``<config>`` of NETCONF for any system that is managed by them.

In: the state of a router. Out: ietf-srv6-base and ietf-srv6-static (draft-ietf-spring-srv6-yang,
revisions 2026-05-06 and 2025-07-07), ietf-sr-policy (draft-ietf-spring-sr-policy-yang, 2026-07-06)
and ietf-stamp (draft-ietf-ippm-stamp-yang, 2021-07-10). They have no command line.
"""

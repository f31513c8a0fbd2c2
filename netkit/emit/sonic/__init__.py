"""SONiC: tables of CONFIG_DB as JSON, for ``config load``.

In: the state of a router. Out: ``SRV6_MY_LOCATORS`` and ``SRV6_MY_SIDS``, all that SONiC's YANG
(``sonic-srv6``, revision 2024-12-05) and its ``bgpcfgd`` know of SRv6 on a router. Policies are not
in CONFIG_DB: today they are static routes of the FRR inside, through ``vtysh``.
"""

"""A running configuration of FRR 10.3, with statements of netkit and of others."""

RUNNING = """
frr version 10.3
ipv6 route 2001:db8:9::/48 sr0 tag 20000 segments 5f00:0:1:e001::/5f00:0:2::
ipv6 route 2001:db8:9::/48 fe80::2 sr0 tag 20000 2 segments 5f00:0:5::
ipv6 route 2001:db8:77::/48 ge0
ipv6 route 2001:db8:78::/48 sr0 segments 5f00:0:99::
!
vrf customers
 ipv6 route 2001:db8:a::/48 sr0 tag 7 segments 5f00:0:5:: nexthop-vrf default
exit-vrf
!
router isis core
 net 49.0001.0000.0000.0001.00
 segment-routing srv6
  locator algo0
 exit
exit
!
segment-routing
 srv6
  static-sids
   sid 5f00:0:7::/48 locator algo0 behavior uN
   sid 5f00:0:7:d046::/64 locator algo0 behavior uDT6 vrf customers
   sid 5f00:1:7::/48 locator MAIN behavior uN
  exit
 exit
 srv6
  encapsulation
   source-address 5f00:0:7::1
  locators
   locator algo0
    prefix 5f00:0:7::/48 block-len 32 node-len 16 func-bits 16
    behavior usid
   exit
   locator MAIN
    prefix 5f00:1:7::/48 block-len 32 node-len 16 func-bits 16
   exit
  exit
 exit
exit
"""

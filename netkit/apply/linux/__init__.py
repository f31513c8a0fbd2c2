"""Linux: the objects of the kernel that the state of a router stands for, read and changed over
rtnetlink (RFC 8986 as seg6 and seg6local have it), each carrying netkit's own protocol number."""

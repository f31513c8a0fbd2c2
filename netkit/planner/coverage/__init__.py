"""Who measures whom: selectors of sites to pairs, the links that pairs cross, what that loads."""

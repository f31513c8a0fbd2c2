"""Jobs that change routers, each a function from values to values, and the audit trail of them."""

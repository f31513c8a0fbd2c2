"""Jobs on what is stored: metrics, checks, and the closed loop from measured links to routers."""

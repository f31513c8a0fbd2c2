"""The closed loop in the world: from a campaign and a plan to steps, routers and the trail."""

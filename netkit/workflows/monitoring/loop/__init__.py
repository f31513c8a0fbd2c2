"""The closed loop in the world: campaign and plan to its begin, its steps to routers and the trail."""

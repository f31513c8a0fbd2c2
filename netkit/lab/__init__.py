"""The emulated backbone: Mininet routers, delay backends, ground truth, drills."""

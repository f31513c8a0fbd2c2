"""What is done with a plan once there is one: gone on from, and judged by every single failure."""

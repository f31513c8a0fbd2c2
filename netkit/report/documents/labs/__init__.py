"""What the lab and its drills found, as JSON."""

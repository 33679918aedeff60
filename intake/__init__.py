"""Top floor, the public door: what a reporter does. It seals; it opens by draft or receipt only."""

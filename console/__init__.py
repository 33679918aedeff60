"""Top floor: the operator's commands. Sets up, starts and stops; reads no case."""

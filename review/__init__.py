"""The reviewers' desk: parses, calls one step of a case, renders. Nothing is shown unsigned-in."""

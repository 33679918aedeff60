"""One numbered file a change."""

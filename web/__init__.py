"""Second floor: what both doors share. Knows pages and cookies, decides nothing about a case."""

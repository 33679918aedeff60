"""First floor: a case's life. Accepts sealed reports only, and knows no Flask."""

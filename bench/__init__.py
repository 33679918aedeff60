"""What is measured: one module a row, with ``run() -> list[Row]``. It imports from any floor."""

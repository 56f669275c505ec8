"""The benchmark: how long the engine takes for a cell, beside what is asked of it and what other tools take. Run it with ``python -m bench``."""

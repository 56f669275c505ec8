"""Cells of arrangements, counted: `flats` of a matroid with their Moebius numbers, by `projection` modulo a prime; `crossings` of lines."""

"""Compiled inner loops: arrays in, arrays out, no decisions about input."""

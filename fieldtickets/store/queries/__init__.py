"""Reads for screens and programs, one file per subject; every statement is built once."""

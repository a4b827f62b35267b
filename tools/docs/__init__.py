"""The pages of docs/ that are made from the code and its tests: `python -m tools.docs`, by `make docs`."""

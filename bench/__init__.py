"""What the service costs, each figure as a ratio to a bare reference in the same run (`make bench`)."""

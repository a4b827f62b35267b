"""Top floor: pages, one package per audience. A view reads, asks the desk, and shows the result."""

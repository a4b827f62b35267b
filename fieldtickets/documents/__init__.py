"""Second floor: documents and pictures made later, from what was recorded, in processes of their own."""

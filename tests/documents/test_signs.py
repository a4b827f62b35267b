"""The QR code of a sign holds its address, and nothing that is asked of the child draws anything else."""

from fieldtickets.documents.signs import qr_codes


def test_each_code_is_drawn_by_itself_and_fits_the_place_it_is_put_in():
    """S077"""
    drawn = qr_codes({"one": "https://tickets.example/s/K7M2QX9TWB4H", "two": "https://tickets.example/s/A"})

    assert set(drawn) == {"one", "two"}
    assert drawn["one"] != drawn["two"]
    for svg in drawn.values():
        assert svg.startswith("<svg")
        assert "viewBox" in svg
        assert "width=" not in svg.partition(">")[0]

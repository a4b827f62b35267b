"""Countries, by their ISO 3166 codes."""

# To whose telephone numbers we send, unless the operator says otherwise: where our languages are spoken.
PHONE_COUNTRIES = (
    *("FR", "MC", "GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF"),
    *("BE", "LU", "CH", "LI", "DE", "AT", "IT", "SM"),
)

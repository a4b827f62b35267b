"""Who plays in the demo: a property manager of Lyon, the companies that work for it, those who live there.

Every number is one that the French regulator keeps for films, every address ends in .example: nobody
real can be reached.
"""

from typing import NamedTuple

from fieldtickets.domain.parties import Role

NAME, SHORT_NAME = "Régie Lavigne", "Régie Lavigne"
PHONE, ADDRESS = "+33465710042", "14 quai Saint-Antoine, 69002 Lyon"
PASSWORD = "quai-saint-antoine"  # of all accounts, of the demo alone


class Account(NamedTuple):
    """Somebody at the property manager's."""

    name: str
    email: str
    role: Role


class Company(NamedTuple):
    """A subcontractor; areas are beginnings of postcodes."""

    key: str
    name: str
    trades: tuple[str, ...]
    areas: tuple[str, ...]
    phone: str
    email: str
    language: str = "fr"
    unreachable: bool = False  # its number is not in service any more


class Place(NamedTuple):
    """A building."""

    key: str
    name: str
    address: str
    postcode: str
    city: str
    access: str


class Resident(NamedTuple):
    """Who opens the door."""

    key: str
    name: str
    phone: str
    email: str
    language: str = "fr"


ACCOUNTS = (
    Account("Nadia Benali", "nadia@lavigne.example", Role.MANAGER),
    Account("Paul Girard", "paul@lavigne.example", Role.ACCOUNTANT),
    Account("Hélène Lavigne", "helene@lavigne.example", Role.ADMIN),
    Account("Marc Faure", "marc@lavigne.example", Role.VIEWER),
)

COMPANIES = (
    Company(
        "karim",
        "Karim Plomberie",
        ("plomberie", "chauffage"),
        ("69",),
        "+33639980101",
        "karim@karim-plomberie.example",
    ),
    Company(
        "lucie",
        "Lucie Chauffage",
        ("chauffage", "plomberie"),
        ("69",),
        "+33639980102",
        "lucie@lucie-chauffage.example",
    ),
    Company(
        "sanitaire",
        "Rhône Sanitaire",
        ("plomberie",),
        ("69", "01"),
        "+33639980103",
        "bureau@rhone-sanitaire.example",
    ),
    Company(
        "volt",
        "Volt & Fils",
        ("électricité",),
        ("6900", "69100"),
        "+33639980104",
        "contact@volt-et-fils.example",
    ),
    Company("elec", "Élec'Saône", ("électricité",), ("69",), "+33639980105", "planning@elec-saone.example"),
    Company(
        "vitrerie",
        "Vitrerie des Terreaux",
        ("vitrerie", "menuiserie"),
        ("69",),
        "+33639980106",
        "vitrerie@terreaux.example",
    ),
    Company(
        "serrurier",
        "Serrurerie Bellecour",
        ("serrurerie",),
        ("69",),
        "+33639980107",
        "sos@serrurerie-bellecour.example",
    ),
    Company("toiture", "Toitures Perrin", ("toiture",), ("69",), "+33639980108", "", unreachable=True),
    Company(
        "ascenseur",
        "Bianchi Ascensori",
        ("ascenseur",),
        ("69", "01", "38"),
        "+33639980109",
        "servizio@bianchi-ascensori.example",
        "it",
    ),
    Company(
        "peinture",
        "Peintures Garibaldi",
        ("peinture",),
        ("69",),
        "+33639980110",
        "devis@peintures-garibaldi.example",
    ),
    Company(
        "nettoyage",
        "Net'Immeubles",
        ("nettoyage",),
        ("69",),
        "+33639980111",
        "equipes@net-immeubles.example",
    ),
    Company(
        "jardin",
        "Jardins de l'Ouest",
        ("espaces verts",),
        ("69",),
        "+33639980112",
        "bonjour@jardins-ouest.example",
    ),
)

PLACES = (
    Place(
        "jeanne",
        "Résidence Jeanne-d'Arc",
        "18 rue Jeanne-d'Arc",
        "69003",
        "Lyon",
        "2e étage gauche, code 4B21",
    ),
    Place(
        "garibaldi",
        "Le Garibaldi",
        "212 rue Garibaldi",
        "69003",
        "Lyon",
        "Gardienne au rez-de-chaussée de 8 h à 12 h",
    ),
    Place(
        "belfort",
        "Les Terrasses de la Croix-Rousse",
        "9 rue de Belfort",
        "69004",
        "Lyon",
        "Digicode 1871A, clés chez le boulanger en face",
    ),
    Place(
        "zola",
        "Cours Zola",
        "95 cours Émile-Zola",
        "69100",
        "Villeurbanne",
        "Interphone Régie, badge à l'agence",
    ),
    Place(
        "sources",
        "Clos des Sources",
        "12 chemin des Sources",
        "69130",
        "Écully",
        "Portail : code 0913, se garer au fond",
    ),
    Place(
        "mermoz",
        "Le Mermoz",
        "40 avenue Jean-Mermoz",
        "69008",
        "Lyon",
        "Allée C, local technique au sous-sol",
    ),
    Place("gillet", "Quai Gillet", "3 quai Joseph-Gillet", "69004", "Lyon", "5e étage, ascenseur en service"),
    Place(
        "caluire",
        "Résidence du Parc",
        "27 avenue Roger-Salengro",
        "69300",
        "Caluire-et-Cuire",
        "Bâtiment B, code B2750",
    ),
)

RESIDENTS = (
    Resident("rossi", "Anna Rossi", "+33639980201", "anna.rossi@courriel.example"),
    Resident("morel", "Julien Morel", "+33639980202", ""),
    Resident("carter", "Emily Carter", "+33639980203", "emily.carter@courriel.example", "en"),
    Resident("diallo", "Aminata Diallo", "+33639980204", "aminata.diallo@courriel.example"),
    Resident("weber", "Jonas Weber", "+33639980205", "jonas.weber@courriel.example", "de"),
    Resident("petit", "Gardienne Mme Petit", "+33639980206", ""),
    Resident("nguyen", "Minh Nguyen", "", "minh.nguyen@courriel.example"),
    Resident("blanc", "Odile Blanc", "+33639980208", ""),
)

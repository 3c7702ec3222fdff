"""AGRIBALYSE layouts: which columns an edition has, and what they are called here.

Belongs here: column names by their bare heading, life-cycle stages, layouts known, food
groups that are a category of ours. Does not belong here: what rows mean (``agribalyse``).
"""

from __future__ import annotations

from pipelines.ingest.published_harvest import Layout

CODE, CIQUAL, FRENCH, NAME = "Code AGB", "Code CIQUAL", "Nom du Produit en Français", "LCI Name"
GROUP, SUBGROUP = "Groupe d'aliment", "Sous-groupe d'aliment"
CLIMATE = "Changement climatique"
STAGES = {
    "Agriculture": "农业 | agriculture",
    "Transformation": "加工 | processing",
    "Emballage": "包装 | packaging",
    "Transport": "运输 | transport",
    "Supermarché et distribution": "零售与配送 | supermarket and distribution",
    "Consommation": "消费 | consumption",
}
SPLIT = {f"{CLIMATE} - {stage}": words for stage, words in STAGES.items()}
# How the product is sold and prepared: part of what the figure is about. What we call it
# (the publisher's words), and the columns that tell it.
SEASON, PLANE = "Saisonnalité", "Transport par avion"
HOW = {
    SEASON: ("Saisonnalité", "code saison"),
    PLANE: ("Transport par avion (1 : par avion)", "code avion"),
    "Livraison": ("Livraison",),
    "Emballage": ("Matériau d'emballage", "Approche emballage"),
    "Préparation": ("Préparation",),
}
MIX, IN_SEASON, OFF_SEASON = "mix de consommation FR", "de saison", "hors saison"
SEASON_CODES = {"2": MIX, "1": IN_SEASON, "0": OFF_SEASON}
SEASON_KEYS = {MIX: "mix", IN_SEASON: "in_season", OFF_SEASON: "off_season"}
RATING = ("DQR", "DQR - Note de qualité de la donnée",
          "DQR - Note de qualité de la donnée (1 excellente ; 5 très faible)")  # fmt: skip
_WHO = (CODE, CIQUAL, GROUP, SUBGROUP, FRENCH, NAME)
_SHARED = (
    "Score unique EF", CLIMATE, "Appauvrissement de la couche d'ozone", "Rayonnements ionisants",
    "Formation photochimique d'ozone", "Acidification terrestre et eaux douces",
    "Eutrophisation eaux douces", "Eutrophisation marine", "Utilisation du sol",
    "Écotoxicité pour écosystèmes aquatiques d'eau douce", "Épuisement des ressources eau",
    "Épuisement des ressources énergétiques", "Épuisement des ressources minéraux",
)  # fmt: skip
_TOXIC = tuple(
    f"Effets toxicologiques sur la santé humaine : substances {kind}"
    for kind in ("non-cancérogènes", "cancérogènes")
)
_NEW = (*_SHARED, "Particules fines", "Eutrophisation terrestre", *_TOXIC)
NEEDED = (CODE, NAME, CLIMATE)
SYNTHESES = (
    Layout(
        "synthese 3.0", NEEDED,
        (*_WHO, *_SHARED, "Particules", "Eutrophisation terreste", *(c[0] for c in HOW.values()),
         RATING[2]),
    ),
    Layout(
        "synthese 3.1", NEEDED,
        (*_WHO, *_NEW, HOW[SEASON][1], HOW[PLANE][1], *(HOW[w][0] for w in list(HOW)[2:]),
         RATING[0]),
    ),
)  # fmt: skip
DETAIL = Layout(
    "detail par etape", (CODE, *SPLIT),
    (*_WHO, *(f"{i} - {s}" for i in _NEW for s in STAGES),
     *(f"DQR - {part}" for part in ("Global", "P", "TiR", "GR", "TeR"))),
)  # fmt: skip
CATEGORIES = {
    "fromages": "product.food_cheese_kg",
    "boisson alcoolisées": "product.food_alcoholic_drink_kg",
}

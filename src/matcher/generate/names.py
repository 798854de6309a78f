"""Names of buyers and suppliers, all invented: no unit or company of these names is meant to exist."""

from __future__ import annotations

BUYER_KINDS = {
    "schools": "Skolförvaltningen",
    "premises": "Lokalförvaltningen",
    "elderly": "Äldreomsorgen",
    "disability": "Funktionsstödet",
    "parks": "Parkförvaltningen",
    "traffic": "Trafikförvaltningen",
    "recycling": "Kretsloppsförvaltningen",
    "culture": "Kulturförvaltningen",
    "housing": "Det kommunala bostadsbolaget",
    "region": "Regionens serviceförvaltning",
}

BUYER_UNITS = ("Måsvingen", "Vindspelet", "Nattljuset", "Silverfisken", "Klockspelet", "Drakflygaren")

SUPPLIER_PLACES = (
    "Blåbärsgläntans",
    "Trollskogens",
    "Månskensbyns",
    "Sagolundens",
    "Tomteskogens",
    "Regnbågsbackens",
    "Kantarellbergets",
    "Drömsjöns",
    "Norrskensdalens",
    "Älvdansens",
    "Draklyans",
    "Stjärnfallets",
    "Guldhornets",
    "Vättegårdens",
    "Sjumilastövelns",
    "Skattkammaröns",
)

SUPPLIER_TRADES = {
    "cleaning": "Städ",
    "waste": "Återvinning",
    "property": "Fastighetsservice",
    "parks": "Park & Mark",
    "construction": "Bygg",
    "industry": "Verkstad",
    "transport": "Transport",
    "logistics": "Logistik",
    "kitchen": "Måltider",
    "care": "Omsorg",
    "school": "Pedagogik",
    "security": "Trygghet",
    "it": "IT-drift",
    "office": "Kontorsservice",
}


def buyer_name(kind: str, municipality: str, unit: str) -> str:
    """Return the name of a buying unit, for example ``Skolförvaltningen i Göteborg, enhet Måsvingen``."""
    return f"{BUYER_KINDS[kind]} i {municipality}, enhet {unit}"


def supplier_name(sector: str, place: str) -> str:
    """Return the name of a supplier, for example ``Trollskogens Bygg AB``."""
    return f"{place} {SUPPLIER_TRADES[sector]} AB"

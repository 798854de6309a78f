"""Invented notices: eForms and old TED XML, with only what a test cares about."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

NOTICE_ID = "11111111-2222-3333-4444-555555555555"
_NAMESPACES = (
    'xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" '
    'xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2" '
    'xmlns:efac="http://data.europa.eu/p27/eforms-ubl-extension-aggregate-components/1" '
    'xmlns:efbc="http://data.europa.eu/p27/eforms-ubl-extension-basic-components/1" '
    'xmlns:efext="http://data.europa.eu/p27/eforms-ubl-extensions/1" '
    'xmlns:ext="urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2"'
)


def result(
    lot: str = "LOT-0001",
    code: str = "selec-w",
    tenders: Sequence[str] = ("TEN-0001",),
    contracts: Sequence[str] = ("CON-0001",),
    reason: str = "",
) -> str:
    """Return a LotResult."""
    decision = f"<efac:DecisionReason><efbc:DecisionReasonCode>{reason}</efbc:DecisionReasonCode></efac:DecisionReason>"
    return (
        f"<efac:LotResult><cbc:ID>RES-0001</cbc:ID><cbc:TenderResultCode>{code}</cbc:TenderResultCode>"
        f"{decision if reason else ''}"
        f"{''.join(f'<efac:LotTender><cbc:ID>{key}</cbc:ID></efac:LotTender>' for key in tenders)}"
        f"{''.join(f'<efac:SettledContract><cbc:ID>{key}</cbc:ID></efac:SettledContract>' for key in contracts)}"
        f"<efac:TenderLot><cbc:ID schemeName='Lot'>{lot}</cbc:ID></efac:TenderLot></efac:LotResult>"
    )


def tender(key: str = "TEN-0001", party: str = "TPA-0001", lot: str = "LOT-0001", rank: str = "") -> str:
    """Return a LotTender."""
    return (
        f"<efac:LotTender><cbc:ID>{key}</cbc:ID>{f'<cbc:RankCode>{rank}</cbc:RankCode>' if rank else ''}"
        f"<efac:TenderingParty><cbc:ID>{party}</cbc:ID></efac:TenderingParty>"
        f"<efac:TenderLot><cbc:ID>{lot}</cbc:ID></efac:TenderLot></efac:LotTender>"
    )


def contract(
    key: str = "CON-0001", tenders: Sequence[str] = ("TEN-0001",), title: str = "", award_date: str = ""
) -> str:
    """Return a SettledContract."""
    won = "".join(f"<efac:LotTender><cbc:ID>{one}</cbc:ID></efac:LotTender>" for one in tenders)
    return (
        f"<efac:SettledContract><cbc:ID>{key}</cbc:ID>"
        f"{f'<cbc:AwardDate>{award_date}</cbc:AwardDate>' if award_date else ''}"
        f"{f'<cbc:Title>{escape(title)}</cbc:Title>' if title else ''}"
        f"{won}</efac:SettledContract>"
    )


def party(key: str = "TPA-0001", members: Sequence[str] = ("ORG-0002",)) -> str:
    """Return a TenderingParty."""
    tenderers = "".join(f"<efac:Tenderer><cbc:ID>{member}</cbc:ID></efac:Tenderer>" for member in members)
    return f"<efac:TenderingParty><cbc:ID>{key}</cbc:ID>{tenderers}</efac:TenderingParty>"


def organization(key: str, name: str) -> str:
    """Return an Organization with contact details that must never be imported."""
    return (
        "<efac:Organization><efac:Company>"
        f"<cac:PartyIdentification><cbc:ID>{key}</cbc:ID></cac:PartyIdentification>"
        f"<cac:PartyName><cbc:Name>{escape(name)}</cbc:Name></cac:PartyName>"
        "<cac:PartyLegalEntity><cbc:CompanyID>19121212-1212</cbc:CompanyID></cac:PartyLegalEntity>"
        "<cac:Contact><cbc:Name>Greta Hemlig</cbc:Name><cbc:ElectronicMail>greta@hemlig.example</cbc:ElectronicMail>"
        "</cac:Contact></efac:Company></efac:Organization>"
    )


def lot(
    key: str = "LOT-0001", period: str = "", clauses: str = "", terms: str = "", name: str = "Skötsel av parker"
) -> str:
    """Return a ProcurementProjectLot; `period`, `clauses` and `terms` are XML."""
    return (
        f"<cac:ProcurementProjectLot><cbc:ID schemeName='Lot'>{key}</cbc:ID>"
        f"<cac:TenderingTerms>{terms}</cac:TenderingTerms>"
        f"<cac:ProcurementProject><cbc:Name>{escape(name)}</cbc:Name>{clauses}"
        "<cac:MainCommodityClassification><cbc:ItemClassificationCode>77310000</cbc:ItemClassificationCode>"
        "</cac:MainCommodityClassification><cac:RealizedLocation><cac:Address>"
        "<cbc:CityName>Lerum</cbc:CityName><cbc:CountrySubentityCode listName='nuts'>SE232</cbc:CountrySubentityCode>"
        f"</cac:Address></cac:RealizedLocation><cac:PlannedPeriod>{period}</cac:PlannedPeriod>"
        "</cac:ProcurementProject></cac:ProcurementProjectLot>"
    )


def days(start: str = "", end: str = "", duration: str = "", unit: str = "MONTH") -> str:
    """Return the inside of a PlannedPeriod."""
    return (
        f"{f'<cbc:StartDate>{start}</cbc:StartDate>' if start else ''}"
        f"{f'<cbc:EndDate>{end}</cbc:EndDate>' if end else ''}"
        f"{f'<cbc:DurationMeasure unitCode={unit!r}>{duration}</cbc:DurationMeasure>' if duration else ''}"
    )


def code(list_name: str, value: str, description: str = "") -> str:
    """Return a ProcurementAdditionalType."""
    words = f"<cbc:ProcurementType>{escape(description)}</cbc:ProcurementType>" if description else ""
    return (
        f"<cac:ProcurementAdditionalType><cbc:ProcurementTypeCode listName='{list_name}'>{value}"
        f"</cbc:ProcurementTypeCode>{words}</cac:ProcurementAdditionalType>"
    )


def performance_terms(words: str) -> str:
    """Return terms of performance (BT-70)."""
    return (
        "<cac:ContractExecutionRequirement><cbc:ExecutionRequirementCode listName='conditions'>performance"
        f"</cbc:ExecutionRequirementCode><cbc:Description>{escape(words)}</cbc:Description></cac:ContractExecutionRequirement>"
    )


def notice(
    *,
    notice_id: str = NOTICE_ID,
    version: str = "01",
    issued: str = "2026-02-01+01:00",
    root: str = "ContractAwardNotice",
    kind: str = "can-standard",
    results: str | None = None,
    lots: str | None = None,
    winner: str = "Park och Vinter AB",
    changes: str = "",
    organizations: str = "",
) -> str:
    """Return an eForms notice; by default one lot won by one supplier."""
    awarded = results if results is not None else result() + tender() + contract() + party()
    namespace = f"urn:oasis:names:specification:ubl:schema:xsd:{root}-2"
    changed = f"<efac:Changes><efbc:ChangedNoticeIdentifier>{changes}</efbc:ChangedNoticeIdentifier></efac:Changes>"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><{root} xmlns="{namespace}" {_NAMESPACES}>'
        "<ext:UBLExtensions><ext:UBLExtension><ext:ExtensionContent><efext:EformsExtension>"
        f"{changed if changes else ''}<efac:NoticeResult>{awarded}</efac:NoticeResult><efac:Organizations>"
        f"{organization('ORG-0001', 'Lerums kommun')}{organization('ORG-0002', winner)}{organizations}"
        "</efac:Organizations></efext:EformsExtension></ext:ExtensionContent></ext:UBLExtension></ext:UBLExtensions>"
        f"<cbc:ID schemeName='notice-id'>{notice_id}</cbc:ID>"
        "<cbc:ContractFolderID>99999999-0000-0000-0000-000000000000</cbc:ContractFolderID>"
        f"<cbc:IssueDate>{issued}</cbc:IssueDate><cbc:IssueTime>10:00:00+01:00</cbc:IssueTime>"
        f"<cbc:VersionID>{version}</cbc:VersionID><cbc:NoticeTypeCode listName='result'>{kind}</cbc:NoticeTypeCode>"
        "<cbc:NoticeLanguageCode>SWE</cbc:NoticeLanguageCode>"
        "<cac:ContractingParty><cac:Party><cac:PartyIdentification><cbc:ID>ORG-0001</cbc:ID></cac:PartyIdentification>"
        "<cac:ServiceProviderParty><cac:Party><cac:PartyIdentification><cbc:ID>ORG-0002</cbc:ID></cac:PartyIdentification>"
        "</cac:Party></cac:ServiceProviderParty></cac:Party></cac:ContractingParty>"
        "<cac:ProcurementProject><cbc:Name>Hela upphandlingen</cbc:Name></cac:ProcurementProject>"
        f"{lots if lots is not None else lot()}"
        f"<cac:TenderResult><cbc:AwardDate>2000-01-01Z</cbc:AwardDate></cac:TenderResult></{root}>"
    )


def ted_award(
    item: str = "1", contractors: Sequence[str] = ("Städ i Väst AB",), lot_no: str = "", awarded: bool = True
) -> str:
    """Return an AWARD_CONTRACT of the old schema."""
    if not awarded:
        outcome = "<NO_AWARDED_CONTRACT><PROCUREMENT_UNSUCCESSFUL/></NO_AWARDED_CONTRACT>"
    else:
        names = "".join(
            f"<CONTRACTOR><ADDRESS_CONTRACTOR><OFFICIALNAME>{escape(name)}</OFFICIALNAME><E_MAIL>greta@hemlig.example</E_MAIL>"
            "</ADDRESS_CONTRACTOR></CONTRACTOR>"
            for name in contractors
        )
        outcome = (
            "<AWARDED_CONTRACT><DATE_CONCLUSION_CONTRACT>2021-03-01</DATE_CONCLUSION_CONTRACT>"
            f"{f'<CONTRACTORS>{names}</CONTRACTORS>' if names else ''}</AWARDED_CONTRACT>"
        )
    return f"<AWARD_CONTRACT ITEM='{item}'>{f'<LOT_NO>{lot_no}</LOT_NO>' if lot_no else ''}{outcome}</AWARD_CONTRACT>"


def ted_export(awards: str = "", descriptions: str | None = None, version: str = "R2.0.9.S05.E01") -> str:
    """Return a TED export in the old schema."""
    described = descriptions if descriptions is not None else ted_description()
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<TED_EXPORT xmlns="http://publications.europa.eu/resource/schema/ted/R2.0.9/publication" '
        f'xmlns:n="http://publications.europa.eu/resource/schema/ted/2021/nuts" VERSION="{version}" DOC_ID="123-2021">'
        "<CODED_DATA_SECTION><REF_OJS><DATE_PUB>20210315</DATE_PUB></REF_OJS></CODED_DATA_SECTION><FORM_SECTION>"
        "<F03_2014 CATEGORY='TRANSLATION' FORM='F03' LG='EN'><OBJECT_CONTRACT><TITLE><P>Cleaning</P></TITLE>"
        "</OBJECT_CONTRACT></F03_2014><F03_2014 CATEGORY='ORIGINAL' FORM='F03' LG='SV'>"
        "<CONTRACTING_BODY><ADDRESS_CONTRACTING_BODY><OFFICIALNAME>Alingsås kommun</OFFICIALNAME>"
        "<CONTACT_POINT>Greta Hemlig</CONTACT_POINT></ADDRESS_CONTRACTING_BODY></CONTRACTING_BODY>"
        "<OBJECT_CONTRACT><TITLE><P>Städtjänster</P></TITLE><CPV_MAIN><CPV_CODE CODE='90910000'/></CPV_MAIN>"
        f"{described}</OBJECT_CONTRACT>{awards}</F03_2014></FORM_SECTION></TED_EXPORT>"
    )


def ted_description(lot_no: str = "", title: str = "", inside: str = "") -> str:
    """Return an OBJECT_DESCR of the old schema."""
    return (
        f"<OBJECT_DESCR>{f'<TITLE><P>{escape(title)}</P></TITLE>' if title else ''}"
        f"{f'<LOT_NO>{lot_no}</LOT_NO>' if lot_no else ''}<n:NUTS CODE='SE232'/>{inside}</OBJECT_DESCR>"
    )

"""What the members of a footprint message mean, by version of its specification.

Belongs here: one declared map per version: which member is which total, component, unit,
date. Names that stayed while their meaning moved are why no version is read with another's
map. Does not belong here: reading files, handing in candidates.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields

from pipelines.errors import UnreadableInput
from pipelines.findings import finding
from pipelines.ingest.layout import Layout

VERSION = "specVersion"
ID = "id"
# Members of every version that say nothing of totals, components and units, or speak of the
# packaging and the distribution stage apart; not taken for new ones.
_PASSED_OVER = """
    created partialFullPcf status validityPeriodEnd validityPeriodStart version
    pcf/geographyCountry pcf/geographyCountrySubdivision pcf/geographyRegionOrSubregion
    pcf/primaryDataShare pcf/productMassPerDeclaredUnit
    pcf/allocationRecycledCarbon pcf/allocationRulesDescription pcf/allocationWasteIncineration
    pcf/boundaryProcessesDescription pcf/carbonContentTotal pcf/recycledCarbonContent
    pcf/crossSectoralStandards pcf/crossSectoralStandardsUsed pcf/productOrSectorSpecificRules
    pcf/dataQualityRating/completenessDQR pcf/dataQualityRating/coveragePercent
    pcf/dataQualityRating/geographicalDQR pcf/dataQualityRating/reliabilityDQR
    pcf/dataQualityRating/technologicalDQR pcf/dataQualityRating/temporalDQR
    pcf/distributionStageAircraftGhgEmissions pcf/distributionStageBiogenicCO2Uptake
    pcf/distributionStageBiogenicCarbonEmissionsOtherThanCO2
    pcf/distributionStageBiogenicCarbonWithdrawal pcf/distributionStageBiogenicNonCO2Emissions
    pcf/distributionStageFossilGhgEmissions pcf/distributionStageIncluded
    pcf/distributionStageLandManagementBiogenicCO2Emissions
    pcf/distributionStageLandManagementBiogenicCO2Removals
    pcf/distributionStageLandUseChangeGhgEmissions
    pcf/distributionStagePcfExcludingBiogenic pcf/distributionStagePcfExcludingBiogenicUptake
    pcf/distributionStagePcfIncludingBiogenic pcf/distributionStagePcfIncludingBiogenicUptake
    pcf/exemptedEmissionsDescription pcf/exemptedEmissionsPercent
    pcf/emissionFactorSources pcf/secondaryEmissionFactorSources
    pcf/extTFS_allocationWasteIncineration pcf/extTFS_distributionStageDlucGhgEmissions
    pcf/extTFS_distributionStageLuGhgEmissions pcf/extWBCSD_allocationRulesDescription
    pcf/extWBCSD_packagingEmissionsIncluded pcf/extWBCSD_packagingGhgEmissions
    pcf/freeAttributionInMassBalancing pcf/massBalancingCertificateScheme pcf/massBalancingUsed
    pcf/packagingAircraftGhgEmissions pcf/packagingBiogenicCO2Uptake
    pcf/packagingBiogenicCarbonContent pcf/packagingBiogenicNonCO2Emissions
    pcf/packagingEmissionsIncluded pcf/packagingGhgEmissions pcf/packagingFossilGhgEmissions
    pcf/packagingLandManagementBiogenicCO2Emissions
    pcf/packagingLandManagementBiogenicCO2Removals pcf/packagingLandUseChangeGhgEmissions
    pcf/packagingPcfExcludingBiogenicUptake pcf/packagingPcfIncludingBiogenicUptake
    pcf/productVerificationShare1stParty pcf/productVerificationShare2ndParty
    pcf/productVerificationShare3rdParty pcf/programCertificationShare
"""
PASSED_OVER = frozenset(_PASSED_OVER.split())
# Value conventions that a total may have.
EXCLUDING, INCLUDING, NOT_STATED = "excluding_uptake", "including_uptake", "not_stated"
SEVEN = (
    "fossil", "biogenic_non_co2", "land_use_change", "land_management_emission",
    "land_management_removal", "technological_removal", "ccs_capture",
)  # fmt: skip


@dataclass(frozen=True)
class Version:
    """The meaning of the members of one version of a message.

    Attributes:
        name: how the version is called in record keys and messages.
        pattern: the texts of ``specVersion`` that name it.
        licence: of the samples of its publisher.
        total: the member that becomes the value.
        convention: what that total is in our words.
        other_total: the second total; kept as evidence, never the value.
        other_is_including: whether the second total is the first plus biogenic uptake.
        components: our component by member.
        signed: members that hold emissions and removals in one signed figure, with the
            components for a positive and for a negative figure.
        identity: components whose sum the total is; empty where the version states none.
        divides: the member by which the figures are divided; blank where they already are
            per one declared unit.
        amount: the member stating the declared amount.
        unit: the member stating the declared unit.
        gwp_set: members that may state the GWP set, the first found holds.
        period: members of the first and last moment of the reference period.
        carbon: our column by member of carbon contents.
        boundary: the boundary where the message does not state it.
    """

    name: str
    pattern: str
    licence: str
    total: str
    convention: str
    other_total: str
    amount: str
    unit: str
    gwp_set: tuple[str, ...]
    other_is_including: bool = False
    components: dict[str, str] = field(default_factory=dict)
    signed: dict[str, tuple[str, str]] = field(default_factory=dict)
    identity: tuple[str, ...] = ()
    divides: str = ""
    period: tuple[str, str] = ("pcf/referencePeriodStart", "pcf/referencePeriodEnd")
    carbon: dict[str, str] = field(default_factory=dict)
    boundary: str = "cradle_to_gate"

    @property
    def needed(self) -> tuple[str, ...]:
        """Members without which a message is not of this version."""
        return (VERSION, ID, self.total, self.amount, self.unit)

    @property
    def layout(self) -> Layout:
        """The version as a layout: members needed, members known."""
        named = (
            self.other_total, *self.components, *self.signed, *self.period, *self.carbon,
            *self.gwp_set,
        )  # fmt: skip
        return Layout(self.name, self.needed, (*self.needed, *(m for m in named if m)))


_AIRCRAFT = {"pcf/aircraftGhgEmissions": "aircraft"}
_UPTAKE_FROM_VERSION_3 = {
    "pcf/fossilGhgEmissions": "fossil",
    "pcf/biogenicNonCO2Emissions": "biogenic_non_co2",
    "pcf/landUseChangeGhgEmissions": "land_use_change",
    "pcf/landManagementBiogenicCO2Emissions": "land_management_emission",
    "pcf/landManagementBiogenicCO2Removals": "land_management_removal",
    "pcf/biogenicCO2Uptake": "biogenic_uptake",
    **_AIRCRAFT,
}
# Before version 3 "excluding biogenic" leaves out biogenic CO2 and "including" counts all
# biogenic emissions; neither says what uptake does, so neither is called by our conventions.
_CATENA_X_BEFORE_8 = {
    "licence": "CC-BY-4.0",
    "total": "pcf/pcfExcludingBiogenic",
    "convention": NOT_STATED,
    "other_total": "pcf/pcfIncludingBiogenic",
    "components": {
        "pcf/fossilGhgEmissions": "fossil",
        "pcf/biogenicCarbonEmissionsOtherThanCO2": "biogenic_non_co2",
        "pcf/dlucGhgEmissions": "land_use_change",
        "pcf/biogenicCarbonWithdrawal": "biogenic_uptake",
        **_AIRCRAFT,
    },
    "signed": {
        "pcf/extTFS_luGhgEmissions": ("land_management_emission", "land_management_removal")
    },
    "amount": "pcf/unitaryProductAmount",
    "unit": "pcf/declaredUnit",
    "gwp_set": ("pcf/extWBCSD_characterizationFactors",),
    "carbon": {
        "pcf/extWBCSD_fossilCarbonContent": "carbon_content_fossil",
        "pcf/carbonContentBiogenic": "carbon_content_biogenic",
    },
}
_SINCE_VERSION_3 = {
    "total": "pcf/pcfExcludingBiogenicUptake",
    "convention": EXCLUDING,
    "other_total": "pcf/pcfIncludingBiogenicUptake",
    "other_is_including": True,
    "amount": "pcf/declaredUnitAmount",
    "unit": "pcf/declaredUnitOfMeasurement",
    "divides": "pcf/declaredUnitAmount",
    "gwp_set": ("pcf/ipccCharacterizationFactors",),
    "carbon": {
        "pcf/fossilCarbonContent": "carbon_content_fossil",
        "pcf/biogenicCarbonContent": "carbon_content_biogenic",
    },
}


def _version(name: str, pattern: str, **words: object) -> Version:
    known = {f.name for f in fields(Version)}
    assert known.issuperset(words)
    return Version(name=name, pattern=pattern, **words)  # type: ignore[arg-type]


VERSIONS = (
    # The names before version 2, which files that call themselves 2.0.0 still use. They state
    # no total and no GWP set.
    _version(
        "pact-1", r"^(1\.\d+\.\d+|2\.0\.0)$", licence="MIT", total="pcf/fossilGhgEmissions",
        convention=NOT_STATED, other_total="", amount="pcf/unitaryProductAmount",
        unit="pcf/declaredUnit", gwp_set=(),
        components={
            "pcf/fossilGhgEmissions": "fossil",
            "pcf/biogenicEmissions/landUseEmissions": "land_use_change",
            "pcf/biogenicEmissions/otherEmissions": "biogenic_non_co2",
        },
        carbon={"pcf/biogenicCarbonContent": "carbon_content_biogenic"},
        period=("pcf/reportingPeriodStart", "pcf/reportingPeriodEnd"),
    ),
    _version(
        "pact-2", r"^2\.[0-3]\.\d+(-\d{8})?$", licence="MIT", total="pcf/pCfExcludingBiogenic",
        convention=NOT_STATED, other_total="pcf/pCfIncludingBiogenic",
        amount="pcf/unitaryProductAmount", unit="pcf/declaredUnit",
        gwp_set=("pcf/characterizationFactors", "pcf/ipccCharacterizationFactorsSources"),
        components={
            "pcf/fossilGhgEmissions": "fossil",
            "pcf/otherBiogenicGhgEmissions": "biogenic_non_co2",
            "pcf/dLucGhgEmissions": "land_use_change",
            "pcf/biogenicCarbonWithdrawal": "biogenic_uptake",
            **_AIRCRAFT,
        },
        signed={
            "pcf/landManagementGhgEmissions": (
                "land_management_emission", "land_management_removal"
            )
        },
        carbon={
            "pcf/fossilCarbonContent": "carbon_content_fossil",
            "pcf/biogenicCarbonContent": "carbon_content_biogenic",
        },
    ),
    _version("catena-x-6", r"^2\.\d+\.\d+(-\d{8})?$", **_CATENA_X_BEFORE_8),
    _version(
        "catena-x-7", r"^urn:io\.catenax\.pcf:datamodel:version:7\.\d+\.\d+$",
        **_CATENA_X_BEFORE_8,
    ),
    _version(
        "catena-x-8", r"^urn:io\.catenax\.pcf:datamodel:version:8\.\d+\.\d+$",
        licence="CC-BY-4.0", components=_UPTAKE_FROM_VERSION_3,
        identity=(*SEVEN[:5], "aircraft"), **_SINCE_VERSION_3,
    ),
    _version(
        "pact-3", r"^3\.\d+\.\d+(-\d{8})?$", licence="MIT",
        components={
            **_UPTAKE_FROM_VERSION_3,
            "pcf/technologicalCO2Removals": "technological_removal",
            "pcf/ccsTechnologicalCO2Capture": "ccs_capture",
        },
        identity=SEVEN, **_SINCE_VERSION_3,
    ),
)  # fmt: skip


def versions_named(file: str, texts: list[str]) -> list[Version]:
    """The versions that a message's ``specVersion`` may name; the members decide among them.

    Args:
        file: how the file is called in messages.
        texts: what ``specVersion`` says; one text, or several where a list is allowed.

    Raises:
        UnreadableInput: E-FILE-02, no map is declared for any of them.

    Example:
        >>> [v.name for v in versions_named("a.json", ["3.0.1"])]
        ['pact-3']
    """
    found = [v for v in VERSIONS if any(re.match(v.pattern, text) for text in texts)]
    if not found:
        shown = ", ".join(texts) or "-"
        raise UnreadableInput(
            finding(
                "E-FILE-02", file=file, value=shown, column=VERSION,
                expected=[v.name for v in VERSIONS],
            )
        )  # fmt: skip
    return found

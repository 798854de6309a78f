"""What is sent and answered, as the description of the interface shows it."""

from __future__ import annotations

from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field

from matcher.check import CheckReport


class Health(BaseModel):
    """Whether the service lives, and which version of it."""

    model_config = ConfigDict(frozen=True)

    status: str = Field(examples=["ok"])
    version: str


class ViolationDocument(BaseModel):
    """One thing in a plan that does not hold."""

    model_config = ConfigDict(frozen=True)

    code: str
    message: str
    ids: list[str]


class TierCheckDocument(BaseModel):
    """What the checker found about one aim."""

    model_config = ConfigDict(frozen=True)

    name: str
    value: Decimal | None
    bound: Decimal | None
    gap: float | None


class CheckDocument(BaseModel):
    """Whether a plan keeps every rule and claims no more than its certificate proves."""

    model_config = ConfigDict(frozen=True)

    is_sound: bool
    violations: list[ViolationDocument]
    tiers: list[TierCheckDocument]
    notes: list[str]

    @classmethod
    def of(cls, report: CheckReport) -> CheckDocument:
        """Return what a report says."""
        return cls(
            is_sound=report.is_sound,
            violations=[
                ViolationDocument(code=each.code, message=each.message, ids=list(each.ids))
                for each in report.violations
            ],
            tiers=[
                TierCheckDocument(name=each.name, value=each.value, bound=each.bound, gap=each.gap)
                for each in report.tiers
            ],
            notes=list(report.notes),
        )

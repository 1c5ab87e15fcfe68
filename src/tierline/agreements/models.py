from django.db import models

from tierline.plumbing.tenancy import TenantModel, ref


class Service(TenantModel):
    """服务项: an entry of the enterprise's service catalogue. ``owner_tier`` is where its knowledge lives."""

    code = models.CharField(max_length=60)
    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    owner_tier = models.SmallIntegerField(default=1)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider_id", "enterprise_id", "code"], name="service_code")]


class FaultClass(TenantModel):
    """故障类别 of a service, for checklists and figures."""

    service = ref("agreements.Service")
    code = models.CharField(max_length=60)
    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider_id", "enterprise_id", "service", "code"], name="faultclass_code")
        ]


class CalendarVersion(TenantModel):
    """When time counts; never rewritten. ``body`` is read by domain.calendars."""

    code = models.CharField(max_length=60)
    number = models.IntegerField()
    body = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider_id", "enterprise_id", "code", "number"], name="calendar_number")
        ]


class Agreement(TenantModel):
    """服务协议: a promise set by name. What it promises stands in its versions, whom for in entitlements."""

    code = models.CharField(max_length=60)
    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider_id", "enterprise_id", "code"], name="agreement_code")]


class AgreementVersion(TenantModel):
    """One wording of the promises; never rewritten. ``terms`` is read by domain.terms.

    In force from ``effective_from`` up to, not including, ``effective_to`` (None: open), until a later version begins.
    """

    agreement = ref("agreements.Agreement")
    number = models.IntegerField()
    terms = models.JSONField()
    effective_from = models.DateTimeField()
    effective_to = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider_id", "enterprise_id", "agreement", "number"], name="agreementversion_number"
            )
        ]


class Entitlement(TenantModel):
    """Whom an agreement is for, in [starts_at, ends_at). What is not named means any.

    ``rank`` grows with specificity: 4 for the contract's service, 2 for the end customer, 1 for the grade.
    """

    agreement = ref("agreements.Agreement")
    contract = models.CharField(max_length=60, blank=True, default="")
    service = ref("agreements.Service", null=True)
    customer = ref("accounts.EndCustomer", null=True)
    grade = models.CharField(max_length=30, null=True)
    rank = models.SmallIntegerField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["enterprise_id", "customer"], name="entitlement_customer")]

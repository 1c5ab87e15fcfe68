from django.db import models

from tierline.plumbing.tenancy import TenantModel, ref


class Service(TenantModel):
    """服务项: an entry of the enterprise's service catalogue. ``owner_tier`` is where its knowledge lives.

    ``owner`` is the person who answers for it.
    """

    code = models.CharField(max_length=60)
    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    owner_tier = models.SmallIntegerField(default=1)
    owner = ref("accounts.Person", null=True)
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

    In force from ``effective_from`` up to, not including, ``effective_to`` (None: open), while no later version is:
    one that ends gives back to the one before it.
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


class Contract(TenantModel):
    """合同: the paper between provider and enterprise, in [starts_at, ends_at). Entitlements name its code."""

    code = models.CharField(max_length=60)
    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    signed_on = models.DateField(null=True)
    signed_by = models.CharField(max_length=200, blank=True, default="")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider_id", "enterprise_id", "code"], name="contract_code")]


class Party(TenantModel):
    """Whose promise stands behind ours: a tier or department (内部协议 OLA) or a supplier (供应商).

    ``code`` is what the ticket's events name: ``L2``, a department, a supplier. Its versions hold its promises.
    """

    kind = models.CharField(max_length=20)
    code = models.CharField(max_length=60)
    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    contact = models.CharField(max_length=200, blank=True, default="")
    email = models.CharField(max_length=320, blank=True, default="")
    phone = models.CharField(max_length=40, blank=True, default="")
    contract = models.CharField(max_length=200, blank=True, default="")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider_id", "enterprise_id", "kind", "code"], name="party_code")
        ]


class PartyVersion(TenantModel):
    """What a party promises; never rewritten.

    ``calendar_of`` is priority -> a calendar's code, ``targets`` kind -> priority -> amount.
    """

    party = ref("agreements.Party")
    number = models.IntegerField()
    calendar_of = models.JSONField()
    targets = models.JSONField()
    effective_from = models.DateTimeField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider_id", "enterprise_id", "party", "number"], name="partyversion_number"
            )
        ]


class AgreementDraft(TenantModel):
    """A version to be. ``body`` is its terms with calendars by code; publishing puts the calendars' wording in.

    ``effective_from`` None: when it is published. ``state`` is open, published or dropped. ``version`` grows with each
    change, so that two people's edits cannot overwrite each other.
    """

    agreement = ref("agreements.Agreement")
    based_on = ref("agreements.AgreementVersion", null=True)
    published = ref("agreements.AgreementVersion", null=True)
    body = models.JSONField()
    effective_from = models.DateTimeField(null=True)
    effective_to = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True, default="")
    state = models.CharField(max_length=20, default="open")
    author = ref("accounts.Person", null=True)
    version = models.IntegerField(default=1)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider_id", "enterprise_id", "agreement"],
                name="agreementdraft_open",
                condition=models.Q(state="open"),
            )
        ]


class RequestForm(TenantModel):
    """申请表单的草稿: what is being written for a service. ``body`` None: nothing is.

    ``version`` grows with each change, so that two people's edits cannot overwrite each other.
    """

    service = ref("agreements.Service")
    body = models.JSONField(null=True)
    version = models.IntegerField(default=1)
    author = ref("accounts.Person", null=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider_id", "enterprise_id", "service"], name="requestform_service")
        ]


class RequestFormVersion(TenantModel):
    """What a service asks for; never rewritten, since tickets keep the version they were opened with.

    ``body`` is read by domain.forms. The newest is asked; one without fields asks nothing.
    """

    service = ref("agreements.Service")
    number = models.IntegerField()
    body = models.JSONField()
    author = ref("accounts.Person", null=True)
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider_id", "enterprise_id", "service", "number"], name="requestformversion_number"
            )
        ]

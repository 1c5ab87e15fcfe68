from django.db import models

from tierline.plumbing.tenancy import ProviderManager, ProviderModel, TenantModel, current, ref


class OwnProvider(models.Manager["Provider"]):
    def get_queryset(self) -> models.QuerySet["Provider"]:
        return super().get_queryset().filter(id=current().provider_id)


class Provider(models.Model):
    """服务商: the tenant. Its own id is its scope."""

    id = models.BigAutoField(primary_key=True)
    slug = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    zone = models.CharField(max_length=64, default="Asia/Shanghai")
    language = models.CharField(max_length=10, default="zh-hans")
    created_at = models.DateTimeField()

    objects = OwnProvider()


class Enterprise(ProviderModel):
    """委托企业: an organisation that the provider serves. ``slug`` is its portal's path, ``domain`` its host."""

    slug = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    domain = models.CharField(max_length=200, blank=True, default="")
    zone = models.CharField(max_length=64, default="Asia/Shanghai")
    language = models.CharField(max_length=10, default="zh-hans")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["domain"], name="enterprise_domain", condition=~models.Q(domain=""))
        ]


class EndCustomer(TenantModel):
    """终端客户: whom the enterprise's service is for. ``kind`` internal = its own employees."""

    name = models.CharField(max_length=200)
    grade = models.CharField(max_length=30, default="standard")
    is_core = models.BooleanField(default=False)
    kind = models.CharField(max_length=20, default="external")
    mail_domain = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider_id", "enterprise_id", "name"], name="endcustomer_name")
        ]
        indexes = [
            models.Index(
                fields=["enterprise_id", "mail_domain"], name="endcustomer_domain", condition=~models.Q(mail_domain="")
            )
        ]


class Site(TenantModel):
    customer = ref(EndCustomer)
    name = models.CharField(max_length=200)
    region = models.CharField(max_length=100, blank=True, default="")
    zone = models.CharField(max_length=64, default="Asia/Shanghai")


class Person(models.Model):
    """Anyone with a name: engineers and managers of the provider, staff of an enterprise, requesters, guests.

    ``enterprise_id`` is null for the provider's own people only.
    """

    id = models.BigAutoField(primary_key=True)
    provider_id = models.BigIntegerField()
    enterprise_id = models.BigIntegerField(null=True)
    customer = ref(EndCustomer, null=True)
    site = ref(Site, null=True)
    role = models.CharField(max_length=20)
    department = models.CharField(max_length=60, blank=True, default="")
    ticket_id = models.BigIntegerField(null=True)
    email = models.CharField(max_length=320)
    name = models.CharField(max_length=200)
    phone = models.CharField(max_length=40, blank=True, default="")
    zone = models.CharField(max_length=64, default="Asia/Shanghai")
    language = models.CharField(max_length=10, default="zh-hans")
    password = models.CharField(max_length=128, blank=True, default="")
    last_login = models.DateTimeField(null=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    objects = ProviderManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "provider_id", "email", name="person_email_provider", condition=models.Q(enterprise_id=None)
            ),
            models.UniqueConstraint("provider_id", "enterprise_id", "email", name="person_email_enterprise"),
        ]
        indexes = [models.Index(fields=["email"], name="person_email")]


class Assignment(TenantModel):
    """派驻: a person's right to work for an enterprise, in a tier, from one instant to another."""

    person = ref(Person)
    tier = models.SmallIntegerField(null=True)
    share_percent = models.SmallIntegerField(default=100)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    approved_by = ref(Person, null=True)

    class Meta:
        indexes = [models.Index(fields=["person", "enterprise_id"], name="assignment_person")]


class ApiKey(ProviderModel):
    """Only the digest of a key is stored; the key itself is shown once."""

    person = ref(Person)
    digest = models.BinaryField(unique=True)
    label = models.CharField(max_length=100, blank=True, default="")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)


class SignInFailure(models.Model):
    """Failed sign-ins by e-mail digest, so that guessing slows down. Global: no name, no address."""

    id = models.BigAutoField(primary_key=True)
    digest = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["digest", "at"], name="signinfailure_recent")]


class RightRequest(models.Model):
    """权限申请: somebody was refused and says why they need it. ``state``: open, granted or declined.

    Granting here records the decision; the reach itself changes by the verbs for people and assignments.
    """

    id = models.BigAutoField(primary_key=True)
    provider_id = models.BigIntegerField()
    enterprise_id = models.BigIntegerField(null=True)
    person = ref(Person)
    right = models.CharField(max_length=60)
    page = models.CharField(max_length=300)
    reason = models.TextField()
    at = models.DateTimeField()
    state = models.CharField(max_length=10, default="open")
    settled_by = ref(Person, null=True)
    settled_at = models.DateTimeField(null=True)

    objects = ProviderManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "provider_id", "person", "right", name="rightrequest_open", condition=models.Q(state="open")
            )
        ]

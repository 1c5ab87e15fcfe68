from typing import Any

from django.db import models

from tierline.plumbing.tenancy import ProviderManager


class Entry(models.Model):
    """One act. ``facts`` holds codes, ids and digests, never what people wrote.

    ``chain`` names the subject ("ticket:17"); ``hash`` covers ``prev`` and every other column.
    """

    id = models.BigAutoField(primary_key=True)
    provider_id = models.BigIntegerField()
    enterprise_id = models.BigIntegerField(null=True)
    chain = models.CharField(max_length=60)
    seq = models.BigIntegerField()
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    action = models.CharField(max_length=60)
    actor_id = models.BigIntegerField(null=True)
    actor_role = models.CharField(max_length=20)
    channel = models.CharField(max_length=20)
    facts = models.JSONField(default=dict)
    prev = models.BinaryField()
    hash = models.BinaryField()

    objects = ProviderManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider_id", "chain", "seq"], name="entry_chain")]
        indexes = [models.Index(fields=["provider_id", "enterprise_id", "id"], name="entry_recent")]

    def body(self) -> dict[str, Any]:
        """What ``hash`` covers besides ``prev``."""
        return {
            "provider": self.provider_id,
            "enterprise": self.enterprise_id,
            "chain": self.chain,
            "seq": self.seq,
            "at": self.at,
            "recorded_at": self.recorded_at,
            "action": self.action,
            "actor": self.actor_id,
            "role": self.actor_role,
            "channel": self.channel,
            "facts": self.facts,
        }

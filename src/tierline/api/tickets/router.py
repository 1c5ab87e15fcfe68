"""The one router of /tickets: an address with two methods must be known to one router."""

from ninja import Router

router = Router(tags=["tickets"])

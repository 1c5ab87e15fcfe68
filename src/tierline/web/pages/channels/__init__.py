"""渠道: every way in and out of the enterprises in reach: mailboxes, portals, keys of programs, outgoing webhooks."""
